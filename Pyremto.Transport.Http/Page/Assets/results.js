import { read } from './api.js';
import { $, count, el, fieldName, plural as words, say, show, value } from './format.js';
import { showJob } from './jobs.js';
import './plot.js';

// The plot of results. What is chosen stands in the address.

const MORE_IS_BETTER = /acc|score|reward|return|r2|auc|f1|precision|recall/i;
const TELLING = /loss|err|mse|mae|cost|acc|score|reward|r2|auc|f1/i;

const plot = $('plot');
const choice = Object.fromEntries(new URLSearchParams(location.search));
let fields = [];
let answer = null; // the newest
let shown = ''; // what the points are of
let repeats = false;

export function startResults(wanted) {
	const choose = (name, now, ...undone) => {
		choice[name] = `${now}`;
		undone.forEach(other => delete choice[other]);
		history.replaceState(null, '', `?${new URLSearchParams(choice)}`);
		draw();
		wanted();
	};
	$('plot-x').onchange = event => choose('x', event.target.value, 'log-x');
	$('plot-y').onchange = event => choose('y', event.target.value, 'log-y', 'less');
	$('plot-colour').onchange = event => choose('colour', event.target.value);
	for (const axis of ['x', 'y']) $(`log-${axis}`).onclick = () => choose(`log-${axis}`, !isLog(axis));
	$('goal').onclick = () => choose('less', !lessIsBetter());
	$('fold').onchange = event => choose('fold', event.target.checked);
	$('best').onclick = () => plot.choose(plot.ends[0]);
	plot.addEventListener('choose', event => showChosen(event.detail));
}

export async function refreshResults(progress) {
	repeats = progress.repetitions > 1;
	if (progress.done && !fields.length) setFields((await read('/plot')).fields);
	const x = fieldOf('x'), y = fieldOf('y'), colour = fieldOf('colour');
	show('plot-area', x);
	show('plot-empty', !x);
	if (!x) return;
	const what = `${new URLSearchParams({ x, y, ...(colour && { colour }), fold: folds() })}`;
	const same = what === shown, goesOn = same && plot.points.length < 4000;
	const news = await read(`/plot?${what}${goesOn ? `&after=${encodeURIComponent(answer.cursor)}` : ''}`);
	if (!goesOn || news.reset) {
		const job = same && plot.chosen?.job;
		plot.clear();
		plot.add(news.points);
		if (plot.chosen?.job !== job) plot.choose(plot.get(job));
	} else if (news.points.length) {
		plot.add(news.points);
	}
	shown = what;
	answer = news;
	setFields(news.fields);
	draw();
	if (news.complete === false) await refreshResults(progress); // there is more
}

function setFields(now) {
	const names = list => list.map(field => field.name).join('\n'), same = names(now) === names(fields);
	fields = now;
	if (same) return;
	const groups = Object.groupBy(fields, field => /^(description|result)\./.exec(field.name)?.[1] ?? 'job');
	for (const axis of ['x', 'y', 'colour']) {
		$(`plot-${axis}`).replaceChildren(axis === 'colour' ? el('option', { value: '' }, 'none') : '',
			...['description', 'result', 'job'].flatMap(label => (groups[label] ? el('optgroup', { label }, ...groups[label].map(({ name }) => el('option', { value: name }, fieldName(name)))) : [])));
		$(`plot-${axis}`).value = fieldOf(axis);
	}
}

const named = name => fields.find(field => field.name === name);
const chosen = (name, otherwise) => (name in choice ? choice[name] === 'true' : otherwise);
const folds = () => repeats && chosen('fold', true);

/** What was chosen, else what tells most at first sight. */
function fieldOf(axis) {
	if (named(choice[axis]) || (axis === 'colour' && choice.colour === '')) return choice[axis];
	const taken = axis === 'y' ? [] : axis === 'x' ? [fieldOf('y')] : [fieldOf('y'), fieldOf('x')];
	const free = fields.filter(({ name }) => !taken.includes(name));
	const varied = free.filter(({ count, min, max }) => count > 1 && min < max), of = start => varied.filter(({ name }) => name.startsWith(start));
	if (axis === 'colour') return of('description.')[0]?.name ?? '';
	const [results, first] = [of('result.'), free[0] ?? fields[0]];
	return (axis === 'y' ? results.find(({ name }) => TELLING.test(name)) ?? results[0] ?? named('duration_seconds') ?? first : of('description.')[0] ?? varied[0] ?? first)?.name;
}

function isLog(axis) {
	const { min, max } = named(fieldOf(axis)) ?? {};
	return min > 0 && chosen(`log-${axis}`, max / min >= 100);
}

const lessIsBetter = () => chosen('less', !MORE_IS_BETTER.test(fieldName(fieldOf('y'))));

function draw() {
	for (const axis of ['x', 'y']) {
		show(`log-${axis}`, named(fieldOf(axis))?.min > 0);
		$(`log-${axis}`).setAttribute('aria-pressed', isLog(axis));
	}
	const colour = named(fieldOf('colour')), less = lessIsBetter(), y = fieldName(fieldOf('y'));
	show('ramp', colour);
	say('ramp-min', value(colour?.min));
	say('ramp-max', value(colour?.max));
	show('fold-row', repeats);
	$('fold').checked = folds();
	plot.view = { logX: isLog('x'), logY: isLog('y'), lessIsBetter: less, coloured: !!colour };
	const drawn = plural(plot.points.length), all = answer?.total ?? 0;
	plot.setAttribute('aria-label', `${y} over ${fieldName(fieldOf('x'))}: ${drawn}. Arrow keys go from one to the next, b to the best.`);
	say('plot-note', all > plot.points.length && !folds() ? `${drawn} of ${count(all)}, extremes kept` : drawn);
	const best = less ? answer?.minimum : answer?.maximum;
	show('best-block', best);
	say('goal', less ? 'lower is better' : 'higher is better');
	say('best-value', value(best?.value));
	say('best-name', y);
	say('best-job', `job ${best?.job_id}`);
}

const plural = n => words(n, folds() ? 'setting' : 'result');

function showChosen(point) {
	show('chosen', point);
	if (!point) return;
	const spread = point.n > 1 ? ` ± ${value(point.spread)} (${count(point.n)} repeats)` : '';
	showJob($('chosen'), point.job, `${fieldName(fieldOf('y'))} ${value(point.y)}${spread} at ${fieldName(fieldOf('x'))} ${value(point.x)}`);
}
