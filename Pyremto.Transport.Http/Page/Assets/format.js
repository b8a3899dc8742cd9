// Elements, words and numbers. Text goes in as text: no markup is ever parsed.

export const $ = id => document.getElementById(id);

/** Makes an element, such as `li.worker`; children that are absent are left out. */
export function el(kind, attributes, ...children) {
	const [name, ...classes] = kind.split('.');
	const element = document.createElement(name);
	element.className = classes.join(' ');
	for (const key in attributes) if (attributes[key] != null) element.setAttribute(key, attributes[key]);
	element.append(...children.filter(child => child || child === 0));
	return element;
}

/** Sets text only where it differs, for screen readers' sake. */
export function say(element, text) {
	element = element.nodeType ? element : $(element);
	if (element.textContent !== String(text)) element.textContent = text;
}

export const show = (id, visible) => ($(id).hidden = !visible);

/** Keeps one child for each item; what is there stays the same element. */
export function keep(parent, items, keyOf, make) {
	const known = new Map(Array.from(parent.children, child => [child.dataset.key, child]));
	const children = items.map(item => {
		const key = `${keyOf(item)}`, child = known.get(key) ?? make(item);
		child.dataset.key = key;
		known.delete(key);
		return child;
	});
	known.forEach(gone => gone.remove());
	children.forEach((child, i) => parent.children[i] !== child && parent.insertBefore(child, parent.children[i]));
}

export const count = n => n.toLocaleString('en');
export const plural = (n, word) => `${count(n)} ${word}${n === 1 ? '' : 's'}`;

export function value(v) {
	if (typeof v !== 'number') return typeof v === 'string' ? v : JSON.stringify(v) ?? '–';
	const size = Math.abs(v);
	const text = size && (size >= 1e7 || size < 1e-4) ? v.toExponential(3).replace(/\.?0*e\+?/, 'e')
		: Number.isInteger(v) ? count(v) : v.toLocaleString('en', { maximumSignificantDigits: 4 });
	return text.replaceAll('-', '−');
}

/** 100 only when all is done; with a decimal where a long run begins. */
export function percent(done, total) {
	const share = total ? (100 * done) / total : 0;
	return total >= 1000 && share && share < 10 ? (Math.floor(share * 10) / 10).toFixed(1) : `${Math.floor(share)}`;
}

const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/** A time in its two largest units. */
export function span(seconds) {
	if (seconds < 10) return `${Math.floor(Math.max(0, seconds) * 10) / 10} s`;
	const first = UNITS.findIndex(([, size]) => seconds >= size);
	const [[unit, size], [less, small] = []] = UNITS.slice(first);
	const rest = small && Math.floor((seconds % size) / small);
	return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${less}` : ''}`;
}

/** A time as one would say it after 'about'. */
export function rough(seconds) {
	if (seconds < 8) return 'a few seconds';
	if (seconds < 90) return `${Math.round(seconds / 5) * 5} s`;
	const [unit, size] = UNITS[seconds < 5400 ? 2 : seconds < 129600 ? 1 : 0], amount = seconds / size;
	return `${amount < 10 && size > 60 ? Math.round(amount * 2) / 2 : Math.round(amount)} ${unit}`;
}

export const ago = seconds => (seconds < 2 ? 'just now' : `${seconds < 90 ? `${Math.round(seconds)} s` : rough(seconds)} ago`);

/** A rate, in the unit that suits `like`. */
export function rate(perSecond, like = perSecond) {
	if (perSecond == null) return '–';
	const [size, unit] = like >= 1 ? [1, 's'] : like * 60 >= 1 ? [60, 'min'] : [3600, 'h'], amount = perSecond * size;
	return `${amount >= 100 ? count(Math.round(amount)) : +amount.toPrecision(2)} / ${unit}`;
}

export function moment(time) {
	const date = new Date(time), today = date.toDateString() === new Date().toDateString();
	return date.toLocaleString([], { hour: 'numeric', minute: '2-digit', ...(!today && { day: 'numeric', month: 'short' }) });
}

/** Host and slot of `host:process:slot:random`; another id as it is. */
export function workerName(id) {
	const [host, , slot, , more] = id?.split(':') ?? ['anonymous'];
	return slot === undefined || more !== undefined ? id ?? host : `${host} · ${slot}`;
}

export const fieldName = (name = '') => name.replace(/^(description|result)\./, '');
