import { call, now, read } from './api.js';
import { $, ago, count, el, keep, plural, say, show, span, value, workerName } from './format.js';

function age(iso) {
	const time = new Date(iso);
	return el('time', { datetime: iso, title: time.toLocaleString() }, ago((now() - time) / 1000));
}

export function tickAges() {
	for (const element of document.querySelectorAll('time')) say(element, ago((now() - Date.parse(element.dateTime)) / 1000));
}

/** Reads JSON; numbers that JavaScript cannot hold stay as they were written. */
async function exactly(path) {
	return JSON.parse(await (await call(path)).text(), (_, item, context) => typeof item === 'number' && Math.abs(item) > 2 ** 53 ? context?.source ?? item : item);
}

/** Puts all that is known of a job into a panel. */
export async function showJob(panel, id, line = '') {
	if (panel.dataset.job !== String(id)) panel.replaceChildren(el('h3', {}, `Job ${id}`), el('p.muted', {}, line));
	panel.dataset.job = id;
	try {
		const [{ jobs: [job] }, [result]] = await Promise.all([exactly(`/jobs?after=${id - 1}&limit=1`), exactly(`/results?after=${id - 1}&limit=1`)]);
		if (panel.dataset.job === String(id)) panel.replaceChildren(el('h3', {}, `Job ${id}`), el('p.muted', {}, line), ...card(job, result?.job_id === id ? result : null));
	} catch (error) {
		say(panel, error.message);
	}
}

function card(job, result) {
	const facts = result
		? ['took ', el('b', {}, span(result.duration_seconds)), ' ', by(result.worker), ', done ', age(result.done_at), result.attempt > 1 && `, attempt ${result.attempt}`]
		: [job.state.replace('_', ' '), `, ${plural(job.spent, 'attempt')} spent`];
	return [
		result && el('h4', {}, 'Result'), result && values(result.result), el('h4', {}, 'Description'), values(job.description),
		el('p.muted', {}, ...facts, job.repetition > 0 && `, repetition ${job.repetition}`),
		(job.attempts.length > 1 || !result) && el('ol.attempts', {}, ...job.attempts.map(attempt)),
	].filter(Boolean);
}

function values(object) {
	if (!object || typeof object !== 'object') return el('pre', {}, value(object));
	return el('dl.values', {}, ...Object.entries(object).map(([name, item]) => el('div', {}, el('dt', { dir: 'auto' }, name), el('dd', { dir: 'auto' },
		item && typeof item === 'object' ? el('pre', {}, JSON.stringify(item, null, 1)) : value(item)))));
}

const by = worker => el('span', { title: worker }, `by ${workerName(worker)}`);

const attempt = item => el('li.muted', {}, `${item.attempt}. ${item.state}, `, item.exit_code != null && `exit code ${item.exit_code}, `, by(item.worker), ', ', age(item.ended_at ?? item.started_at),
	item.error && el('pre.error', { dir: 'auto' }, item.error));

/** An object's fields in one line. */
const inLine = object => Object.entries(object ?? {}).slice(0, 8).flatMap(([name, item], i) => [el('span.muted', {}, `${i ? ', ' : ''}${name} `), value(item).slice(0, 80)]);

/** A row of four cells that opens to its job. */
function row(id, ...cells) {
	const panel = el('div.job');
	const details = el('details', {}, el('summary.row', {}, ...cells), panel);
	details.ontoggle = () => details.open && showJob(panel, id);
	return el('li', {}, details);
}

export async function refreshLatest(progress) {
	show('latest-empty', !progress.done);
	keep($('latest'), progress.done ? await exactly('/latest?limit=8') : [], result => `${result.job_id} ${result.done_at}`, result => row(result.job_id,
		el('span.row-main', { dir: 'auto' }, ...inLine(result.result)), el('span', {}, age(result.done_at)),
		el('span', { dir: 'auto' }, `job ${result.job_id} · `, ...inLine(result.description)), el('span', { title: result.worker }, span(result.duration_seconds))));
}

let wanted = 4;

export async function refreshExhausted(progress) {
	const all = progress.exhausted, list = [];
	for (let after = -1; all && list.length < wanted && after != null;) {
		const { jobs, next } = await read(`/jobs?state=exhausted&limit=${Math.min(1000, wanted - list.length)}&after=${after}`);
		list.push(...jobs);
		after = next;
	}
	show('exhausted-section', all);
	say('exhausted-title', plural(all, 'exhausted job'));
	keep($('exhausted'), list, job => job.job_id, exhausted);
	show('exhausted-more', list.length < all);
	say('exhausted-more', `Show more of ${count(all)}`);
	$('exhausted-more').onclick = () => {
		wanted += 50;
		refreshExhausted(progress).catch(() => {});
	};
}

function exhausted(job) {
	const last = job.attempts.findLast(({ error }) => error) ?? job.attempts.at(-1);
	const item = row(job.job_id, el('span.error-line', { dir: 'auto' }, last?.error?.trim().split('\n').at(-1) ?? `Its worker was ${last?.state ?? 'lost'}.`),
		el('span', {}, last && age(last.ended_at ?? last.started_at)), el('span', { dir: 'auto' }, `job ${job.job_id} · `, ...inLine(job.description)), el('span', {}, plural(job.spent, 'attempt')));
	item.append(el('button.quiet.owners', { type: 'button', 'data-retry': job.job_id, 'aria-label': `Retry job ${job.job_id}` }, 'Retry'));
	return item;
}
