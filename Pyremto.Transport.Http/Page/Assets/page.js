import { api, enter, events, read, tag } from './api.js';
import { $, ago, percent, say, show } from './format.js';
import { refreshExhausted, refreshLatest, tickAges } from './jobs.js';
import { showOwner, startOwner } from './owner.js';
import { refreshPace } from './pace.js';
import { showCompletions, showProgress, tickProgress } from './progress.js';
import { refreshResults, startResults } from './results.js';
import { showWorkers, tickWorkers } from './workers.js';

// Gets in, follows, and says at the gate what stands in the way.

const HOW = 'Open the newest link or code that its owner gave you, or give the password of the tag.';
const GATES = {
	unknown: ['There is no such tag', 'It may be spelt differently, or was deleted after 30 days without use. Once it exists, this page opens by itself.'],
	deleted: ['This tag was deleted', 'Its jobs and results are gone.'],
	ended: ['This link has ended', HOW],
	locked: ['This page needs a link or a password', HOW],
	unreachable: ['The coordinator does not answer', 'It may be restarting, or be in another network. This page goes on trying.'],
	banned: ['Too many wrong attempts', 'This page goes on by itself in a while.'],
};
const LONGEST_PAUSE = 12_000, WHILE_HIDDEN = 30_000, FOR_EVER = 2 ** 31 - 1;

let secret = takeSecret();
let progress = null; // the newest
let heardAt = 0;
let live = false;
let stream = new AbortController();
let wake = () => {};

function takeSecret() {
	const [, view_token] = location.hash.split('#view=');
	if (view_token) history.replaceState(null, '', location.pathname + location.search);
	return view_token && { view_token };
}

const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** Runs one at a time, not too often; again where that was asked for meanwhile. */
function paced(work) {
	let running = false, wanted = false;
	return async () => {
		wanted = true;
		if (running) return;
		running = true;
		while (wanted) {
			wanted = false;
			const begun = performance.now();
			await work(progress).catch(error => {
				if (error.status === undefined) console.error(error);
				else if (error.status < 405) stream.abort(); // the next attempt to follow says why
			});
			await pause(Math.max(progress.state === 'running' ? 2000 : 200, 4 * (performance.now() - begun)));
		}
		running = false;
	};
}

const results = paced(refreshResults);
const exhausted = paced(refreshExhausted);
const others = [paced(refreshLatest), paced(async news => showCompletions(await refreshPace(news)))];

function showNews(news) {
	const before = progress ?? {}, share = percent(news.done, news.total);
	progress = news;
	heard();
	show('gate', false);
	show('run', true);
	showProgress(news);
	showWorkers(news);
	showOwner(news);
	show('downloads', news.done);
	document.title = news.total ? `${share} % · ${tag}` : tag;
	const icon = `../page/icon.svg?percent=${Math.floor(share)}`;
	if ($('icon').getAttribute('href') !== icon) $('icon').href = icon;
	if (before.done !== news.done || before.state !== news.state) [results, ...others].forEach(look => look());
	if (before.exhausted !== news.exhausted) exhausted();
}

function heard() {
	heardAt = Date.now();
	live = true;
	tick();
}

function tick() {
	show('link', heardAt);
	$('link').className = live ? '' : 'lost';
	say('link', live ? 'Live' : `Last seen ${ago((Date.now() - heardAt) / 1000)}, trying again`);
}

function showGate(kind) {
	const [title, text] = GATES[kind];
	heardAt = 0;
	show('run', false);
	show('gate', true);
	say('gate-title', title);
	say('gate-text', text);
	show('gate-form', ['ended', 'locked'].includes(kind));
	document.title = `${title} · ${tag}`;
}

/** Gets in where there is a secret, then follows until that ends. */
async function attempt() {
	const tried = secret;
	let why = progress ? 'ended' : 'locked';
	secret = null;
	if (tried) {
		await enter(tried).then(() => say('gate-error', ''), error => {
			if (error.status !== 403) {
				secret ??= tried;
				throw error;
			}
			if (tried.view_token) why = 'ended';
			else say('gate-error', 'That is not the password of this tag.');
		});
		$('gate-password').value = '';
	}
	stream = new AbortController();
	try {
		if (document.hidden && progress) showNews(await read(''));
		else for await (const news of events(stream.signal, heard)) showNews(news);
	} catch (error) {
		throw Object.assign(error, { why });
	}
}

/** Shows what went wrong; answers how long to wait, if not as usual. */
function refused({ status, why, retryAfter }) {
	switch (status) {
		case 404:
			showGate(progress ? 'deleted' : 'unknown');
			return progress ? FOR_EVER : LONGEST_PAUSE;
		case 401:
		case 403:
			showGate(why);
			return FOR_EVER; // only the reader can help
		case 429:
			showGate('banned');
			return 1000 * (retryAfter || 1);
	}
	if ($('run').hidden) showGate('unreachable');
}

async function follow() {
	for (let failures = 0; ;) {
		const begun = performance.now();
		let wait = document.hidden && WHILE_HIDDEN;
		try {
			await attempt();
			if (stream.signal.aborted) continue; // it was asked to begin anew
		} catch (error) {
			if (error.status === undefined) console.error(error);
			wait = refused(error);
		}
		live &&= document.hidden;
		tick();
		failures = performance.now() - begun > LONGEST_PAUSE ? 0 : failures + 1;
		await Promise.race([pause(wait || Math.min(LONGEST_PAUSE, 200 * 2 ** failures) * (0.75 + Math.random() / 2)), new Promise(done => (wake = done))]);
	}
}

function again() {
	stream.abort();
	wake();
}

say('tag', tag);
say('gate-tag', tag);
startResults(() => progress && results());
startOwner();
addEventListener('submit', event => event.preventDefault());
$('gate-form').onsubmit = () => {
	secret = { password: $('gate-password').value };
	say('gate-error', 'Checking …');
	wake();
};
addEventListener('steered', again);
addEventListener('online', again);
addEventListener('hashchange', () => (secret = takeSecret()) && again());
document.addEventListener('visibilitychange', () => {
	if (!document.hidden) wake();
	else setTimeout(() => document.hidden && stream.abort(), WHILE_HIDDEN); // connections are few
});
for (const link of document.querySelectorAll('[data-format]')) {
	const { format } = link.dataset;
	link.href = `${api}/results?format=${format}`;
	link.download = `${tag}.${format}`;
}
setInterval(() => [tick, tickProgress, tickWorkers, tickAges].forEach(one => one()), 1000);
follow();
