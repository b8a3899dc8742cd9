import { now } from './api.js';
import { $, ago, count, el, keep, plural, rate, say, show, workerName } from './format.js';

const first = new Map(); // how each stood when this page first saw it
let all = false;
let progress = null;

$('workers-more').onclick = () => {
	all = !all;
	showWorkers(progress);
};

export function showWorkers(news) {
	progress = news;
	const workers = news.workers.toSorted((a, b) => (b.live > 0) - (a.live > 0) || b.done - a.done);
	show('workers-empty', !workers.length);
	keep($('workers'), all ? workers : workers.slice(0, 8), ({ worker }) => worker, ({ worker }) => el('li.row', {},
		el('b', { dir: 'auto', title: worker }, workerName(worker)), el('span'), el('span'), el('span'), el('span.track', {}, el('span'))));
	show('workers-more', workers.length > 8);
	say('workers-more', all ? 'Show fewer' : `Show all ${count(workers.length)}`);
	tickWorkers();
}

export const busy = ({ workers }) => workers.filter(({ live }) => live).length;

/** Jobs a second since this page sees the worker; until that is long enough, since the run began. */
function speed({ worker, done, last_seen }) {
	const seen = Date.parse(last_seen), then = first.get(worker) ?? { done, seen };
	first.set(worker, then);
	if (seen - then.seen > 20_000 && done - then.done > 2) return (1000 * (done - then.done)) / (seen - then.seen);
	const since = seen - Date.parse(progress.started_at);
	return done && since > 0 ? (1000 * done) / since : null;
}

export function tickWorkers() {
	if (!progress) return;
	const most = Math.max(1, ...progress.workers.map(({ done }) => done));
	const known = new Map(progress.workers.map(worker => [worker.worker, worker]));
	const fastest = Math.max(...progress.workers.map(speed));
	for (const item of $('workers').children) {
		const worker = known.get(item.dataset.key), silent = (now() - Date.parse(worker.last_seen)) / 1000;
		const [, done, state, fast, track] = item.children;
		item.classList.toggle('silent', silent > progress.lease_seconds && progress.state === 'running');
		say(done, `${count(worker.done)} done`);
		track.firstChild.style.width = `${(100 * worker.done) / most}%`;
		say(state, [worker.live ? `${plural(worker.live, 'job')} now` : 'idle', worker.failed && `${count(worker.failed)} failed`, worker.lost && `${count(worker.lost)} lost`, `seen ${ago(silent)}`].filter(Boolean).join(' · '));
		say(fast, rate(speed(worker), fastest));
	}
}
