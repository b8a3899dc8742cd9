// The coordinator as this page sees it. Secrets stay in this module's memory.

const [root, name] = location.pathname.split(/\/t\/(?=[^/]*$)/);
export const home = `${root}/t/${name}`;
export const api = `${root}/api/tags/${name}`;
export const tag = decodeURIComponent(name);

const refusal = (status, message, retryAfter) => Object.assign(Error(message), { status, retryAfter }); // 0: no coordinator answered
let owner = null; // the owner's credential; '' where the tag needs none
let skew = 0; // by how many milliseconds the coordinator's clock is ahead

export const now = () => Date.now() + skew;
export const isOwner = () => owner !== null;

export async function call(path, { method = 'GET', body, asOwner, anonymous, signal, accept = 'application/json', base = api } = {}) {
	const headers = { Accept: accept }; // exactly this keeps the browser from asking for a password itself
	if (method !== 'GET') headers['Content-Type'] = 'application/json';
	if (asOwner && owner) headers['Pyremto-Authorization'] = owner;
	const options = { method, headers, signal, body: body && JSON.stringify(body), cache: 'no-store', credentials: anonymous ? 'omit' : 'same-origin' };
	const response = await fetch(base + path, options).catch(() => Promise.reject(refusal(0, 'The coordinator does not answer.')));
	const date = Date.parse(response.headers.get('Date')) + 500;
	if (Math.abs(date - now()) > 1500) skew = date - Date.now();
	if (response.ok) return response;
	const problem = await response.json().catch(() => ({}));
	throw refusal(response.status, problem.detail ?? `The coordinator answers ${response.status}.`, response.headers.get('Retry-After'));
}

export const read = async path => (await call(path)).json();

/** Trades a view token or a password for a cookie. */
export const enter = secret => call('/session', { method: 'POST', body: secret, base: home });

export async function own(password) {
	if (password) await enter({ password });
	owner = password && `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`:${password}`)))}`;
}

/** Whether the tag has no password. */
export const isOpen = () => call('', { anonymous: true }).then(() => true, () => false);

/** Progress as it changes, until the coordinator or `signal` ends it. Silence counts as a broken connection. */
export async function* events(signal, heard) {
	const broken = new AbortController();
	let timer;
	const listen = () => {
		clearTimeout(timer);
		timer = setTimeout(() => broken.abort(), 40_000);
	};
	try {
		listen();
		const response = await call('/events', { signal: AbortSignal.any([signal, broken.signal]), accept: 'text/event-stream' });
		const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
		for (let rest = ''; ;) {
			const { value, done } = await reader.read();
			if (done) return;
			listen();
			heard();
			const blocks = (rest + value).split('\n\n');
			rest = blocks.pop();
			for (const block of blocks) {
				const data = /^data: (.*)$/m.exec(block);
				if (data) yield JSON.parse(data[1]);
			}
		}
	} catch (error) {
		if (!signal.aborted) throw error.status ? error : refusal(0);
	} finally {
		clearTimeout(timer);
		broken.abort();
	}
}
