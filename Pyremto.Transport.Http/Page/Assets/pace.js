import { read } from './api.js';
import { $, count, moment, plural, rate, say, show, span } from './format.js';

const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
$('pace').append(path);

/** Completions over time: a bar for each slice of the run. */
export async function refreshPace({ done }) {
	show('pace-section', done);
	if (!done) return null;
	const answer = await read('/completions?bins=48');
	const { counts, bin_seconds: size } = answer, most = Math.max(1, ...counts), width = 100 / counts.length;
	path.setAttribute('d', counts.map((n, i) => (n ? `M${(i + 0.14) * width} 56v${-Math.max(1.5, (56 * n) / most)}h${0.72 * width}V56z` : '')).join(''));
	const [from, to] = [answer.from, answer.to].map(time => moment(new Date(time)));
	say('pace-from', from);
	say('pace-to', to);
	say('pace-note', `up to ${rate(most / size)}`);
	$('pace').setAttribute('aria-label', `${plural(done, 'result')} from ${from} to ${to}, at most ${count(most)} in ${span(size)}`);
	return answer;
}
