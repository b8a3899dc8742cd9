import { now } from './api.js';
import { estimate } from './estimate.js';
import { $, count, el, moment, percent, plural, rate, rough, say, show, span } from './format.js';
import { busy } from './workers.js';

const STATES = { done: 'Done', in_progress: 'In progress', exhausted: 'Exhausted', cancelled: 'Cancelled', waiting: 'Waiting' };
const parts = {};
let progress, completions;
let heard = 0; // when the progress came
let spoken = {};

for (const state in STATES) {
	const part = el(`span.is-${state}`), number = el('b');
	const item = el('li', { title: state === 'exhausted' ? 'No result, and no attempt left' : null }, el(`span.swatch.is-${state}`), `${STATES[state]} `, number);
	$('bar').append(part);
	$('legend').append(item);
	parts[state] = { part, item, number };
}

export function showProgress(news) {
	progress = news;
	heard = now();
	for (const state in STATES) {
		const { part, item, number } = parts[state], n = news[state];
		part.style.width = `${(100 * n) / (news.total || 1)}%`;
		part.hidden = !n;
		item.hidden = !n && ['exhausted', 'cancelled'].includes(state);
		say(number, count(n));
	}
	const share = percent(news.done, news.total), failed = news.failed_attempts;
	say('percent', share);
	say('done-of-total', `${count(news.done)} of ${plural(news.total, 'job')} done${failed ? ` · ${plural(failed, 'failed attempt')}` : ''}`);
	$('bar').ariaValueNow = share;
	$('bar').ariaValueText = `${share} per cent`;
	tickProgress();
}

export function showCompletions(answer) {
	completions = answer;
	tickProgress();
}

export function tickProgress() {
	if (!progress) return;
	const { state, done, total, per_second: pace } = progress, time = now(), begun = Date.parse(progress.started_at), last = Date.parse(progress.last_result_at);
	const over = ['done', 'drained'].includes(state), [headline, detail] = readiness(time);
	say('ready', headline);
	say('ready-detail', detail);
	say('rate', rate(over ? (last > begun ? (1000 * done) / (last - begun) : null) : pace));
	say('elapsed', begun ? span(((over && last ? last : time) - begun) / 1000) : '–');
	say('busy', over ? count(progress.worker_count) : `${count(busy(progress))} busy`);
	say('again', count(progress.redistributed));
	const trouble = whatIsWrong(time, last);
	show('notice', trouble);
	say('notice', trouble);
	if (state !== spoken.state || time - spoken.time > 30_000) { // to screen readers, seldom
		spoken = { time, state };
		say('spoken', `${percent(done, total)} per cent, ${count(done)} of ${plural(total, 'job')} done. ${headline}.`);
	}
}

function readiness(time) {
	const { state, done, in_progress, exhausted, cancelled, started_at, last_result_at, no_worker_since: since } = progress;
	if (state === 'not_set_up') return ['No jobs yet', 'They appear as soon as they are set up.'];
	if (state === 'paused') return ['Paused', in_progress ? `${plural(in_progress, 'job')} still running` : 'Nothing is handed out.'];
	if (state === 'done') return ['Done', [last_result_at && `finished ${moment(last_result_at)}`, cancelled && `${count(cancelled)} cancelled`].filter(Boolean).join(' · ')];
	if (state === 'drained') return ['Nothing left to hand out', `${plural(exhausted, 'job')} without a result`];
	if (since && started_at) return ['No worker is working', `since ${moment(since)}`];
	const expected = estimate(progress, completions, (time - heard) / 1000);
	if (!expected) return started_at ? ['Too early to say', done ? 'when it will be ready' : 'No result yet.'] : ['Ready to start', 'No worker has asked for a job yet.'];
	const [least, most] = [expected.least, expected.most].map(rough), unit = / \w+$/.exec(most)?.[0];
	const bounds = least === most ? '' : `${least.endsWith(unit) ? parseFloat(least) : least} – ${most} · `;
	return [`About ${rough(expected.likely)} left`, `${bounds}ready around ${moment(Date.now() + 1000 * expected.likely)}`];
}

function whatIsWrong(time, last) {
	const { tag, state, in_progress, no_worker_since, per_second: pace } = progress, sinceResult = (time - last) / 1000;
	if (state !== 'running') return '';
	if (no_worker_since) return `Start one: pyremto work --tag '${tag.replaceAll("'", "'\\''")}' -- PROGRAM`;
	return in_progress && pace && sinceResult > Math.max(60, 8 / pace) ? `No result for ${rough(sinceResult)}.` : '';
}
