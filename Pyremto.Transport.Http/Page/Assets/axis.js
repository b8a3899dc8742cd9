/** A scale from [least, most] to [0, 1], with room for so many ticks at round places. */
export function scale([least, most], log, room) {
	if (log) [least, most] = [Math.log10(least), Math.log10(most)];
	const pad = Math.max((most - least) * 0.04, log ? 0.04 : 0) || Math.abs(least) * 0.1 || 1;
	const from = least - pad, width = most - least + 2 * pad;
	room = Math.max(2, room);
	return log ? { map: v => (Math.log10(v) - from) / width, ticks: powers(from, width, room) } : { map: v => (v - from) / width, ticks: steps(from, width, room) };
}

function steps(from, width, room) {
	const size = 10 ** Math.floor(Math.log10(width / room)), step = size * [1, 2, 5, 10].find(m => m * size >= (width / room) * 0.999);
	const ticks = [];
	for (let i = Math.ceil(from / step); i * step <= from + width; i++) ticks.push({ at: i * step, text: text(i * step, step) });
	return ticks;
}

function powers(from, width, room) {
	const each = Math.ceil(width / room), between = width * 3 <= room ? [1, 2, 5] : width * 2 <= room ? [1, 3] : [1];
	const ticks = [];
	for (let e = Math.floor(from); e <= from + width; e++) {
		for (const m of e % each ? [] : between) {
			const place = Math.log10(m) + e;
			if (place >= from && place <= from + width) ticks.push({ at: m * 10 ** e, text: power(m, e) });
		}
	}
	return ticks;
}

function text(v, step) {
	const digits = -Math.floor(Math.log10(step) + 1e-9), size = Math.max(Math.abs(v), step);
	const plain = size >= 1e6 || digits > 5 ? v.toExponential(Math.max(0, Math.floor(Math.log10(size) + 1e-9) + digits)).replace('e+', 'e') : v.toFixed(Math.max(0, digits));
	return +plain ? plain.replaceAll('-', '−') : '0';
}

function power(m, e) {
	if (e >= -3 && e <= 4) return (m * 10 ** e).toFixed(Math.max(0, -e));
	return `${m === 1 ? '' : `${m}·`}10${`${e}`.replace(/./g, c => '⁰¹²³⁴⁵⁶⁷⁸⁹'[c] ?? '⁻')}`;
}
