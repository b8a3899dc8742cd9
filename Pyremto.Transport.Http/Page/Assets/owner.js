import { call, enter, home, isOpen, isOwner, own, tag } from './api.js';
import { $, count, plural, say, show } from './format.js';

let progress = null;
let doing = null;

export function startOwner() {
	$('steer').ontoggle = () => $('steer').open && !isOwner() && act(prepare);
	$('password-form').onsubmit = async () => (await doing, act(unlock, 'Checking …')); // behind prepare
	$('pause').onclick = () => (progress.state === 'paused' ? verb('/resume', {}, () => 'Resumed.') : verb('/pause', {}, () => 'Paused. What runs goes on.'));
	$('retry-all').onclick = () => verb('/retry', {}, retried);
	$('exhausted').addEventListener('click', ({ target: { dataset } }) => dataset.retry && verb('/retry', { jobs: [+dataset.retry] }, retried));
	$('cancel').onclick = () => ask('Cancel all unfinished jobs?', `${plural(unfinished(), 'job')} will not be done. Results stay. There is no way back.`, 'Cancel the jobs',
		() => verb('/cancel', {}, ({ jobs }) => `${plural(jobs, 'job')} cancelled.`));
	$('rotate').onclick = () => ask('End all links to this page?', 'Links and codes that were shared stop working.', 'Make a new link', () => verb('/rotate', {}, rotated));
	$('delete').onclick = () => ask('Delete this tag?', `All jobs and results of “${tag}” will be gone. Type its name to go on.`, 'Delete', () => verb('', null, () => 'Deleted.', 'DELETE'), tag);
	$('settings').onsubmit = () => verb('', { max_redistribution_attempts: +$('set-n').value, lease_seconds: +$('set-lease').value, policy: $('set-policy').value }, () => 'Changed.', 'PATCH');
}

export function showOwner(news) {
	progress = news;
	say('pause', news.state === 'paused' ? 'Resume' : 'Pause');
	$('pause').disabled = !['running', 'paused'].includes(news.state);
	$('cancel').disabled = !unfinished();
	say('cancel', `Cancel ${unfinished() ? count(unfinished()) : ''} unfinished`);
}

const unfinished = () => progress.waiting + progress.in_progress + progress.exhausted;
const retried = ({ jobs }) => `${plural(jobs, 'job')} may be tried again.`;

/** One thing at a time. */
async function act(what, meanwhile) {
	if (doing) return;
	const report = (text, bad = false) => {
		say('report', text || '');
		$('report').classList.toggle('bad', bad);
	};
	report(meanwhile);
	await (doing = what().then(text => report(text), error => report(error.message, true)));
	doing = null;
}

const verb = (path, body, told, method = 'POST') => act(async () => {
	const text = await (await call(path, { method, body, asOwner: true })).text();
	const report = await told(text && JSON.parse(text));
	dispatchEvent(new Event('steered'));
	return report;
}, '…');

/** A tag without password asks for none. */
const prepare = async () => (await isOpen()) && unlocked('');

async function unlock() {
	await unlocked($('password').value).catch(error => {
		$('password').select();
		throw [401, 403].includes(error.status) ? Error('That is not the password of this tag.') : error;
	});
	$('password').value = '';
	$('pause').focus();
}

async function unlocked(password) {
	await own(password);
	$('set-n').value = progress.max_redistribution_attempts || 1;
	$('set-lease').value = progress.lease_seconds;
	$('set-policy').value = progress.policy;
	document.body.classList.add('owner');
	show('password-form', false);
	show('verbs', true);
}

async function rotated({ view_token }) {
	await enter({ view_token });
	return `Earlier links have ended. The new one: ${location.origin}${home}#view=${view_token}`;
}

/** Asks before what cannot be undone; with `word`, that has to be typed. */
function ask(title, text, action, then, word) {
	say('ask-title', title);
	say('ask-text', text);
	say('ask-yes', action);
	show('ask-word', word);
	const typed = $('ask-word');
	typed.value = '';
	(typed.oninput = () => ($('ask-yes').disabled = word && typed.value.normalize() !== word.normalize()))();
	$('ask-form').onsubmit = () => {
		if ($('ask-yes').disabled) return;
		$('ask').close();
		then();
	};
	$('ask-no').onclick = () => $('ask').close();
	$('ask').showModal();
	$(word ? 'ask-word' : 'ask-no').focus();
}
