/** The remaining seconds with bounds from the scatter of recent completions; null while too little is known. docs/page.md says how. */
export function estimate(progress, completions, sinceNews) {
	const left = progress.waiting + progress.in_progress, { k, f } = recent(completions?.counts ?? [], progress.done);
	if (!left || !progress.per_second || progress.eta_seconds == null || k < 3) return null;
	const wide = Math.exp(1.64 * Math.min(1.2, Math.sqrt(f / k + f / left)));
	const likely = Math.max(0, progress.eta_seconds - sinceNews);
	return { likely, least: likely / wide, most: likely * wide + Math.min(progress.in_progress / progress.per_second, likely) };
}

function recent(counts, done) {
	const bins = [];
	let k = 0;
	for (let i = counts.length - 2; i >= 0 && bins.length < 20 && (k < 64 || bins.length < 4); i--) {
		bins.push(counts[i]);
		k += counts[i];
	}
	if (bins.length < 4) return { k: Math.min(done, 32), f: 1 };
	const mean = k / bins.length, variance = bins.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (bins.length - 1);
	return { k, f: Math.max(1, variance / mean || 0) };
}
