import { scale } from './axis.js';

/** <scatter-plot>: `points` are its data with their places in CSS pixels. The event `choose` tells which was tapped or walked to. */
class ScatterPlot extends HTMLElement {
	#canvas = document.createElement('canvas');
	#jobs = new Map();
	#view = {};
	#frame = 0;
	points = [];
	chosen = null;

	connectedCallback() {
		this.append(this.#canvas);
		new ResizeObserver(() => this.#redraw()).observe(this);
		matchMedia('(prefers-color-scheme: dark)').onchange = () => this.#redraw();
		this.onclick = event => this.choose(this.#near(event, 26));
		this.onkeydown = event => this.#walk(event);
	}

	set view(view) {
		this.#view = view;
		this.#redraw();
	}

	clear() {
		this.#jobs.clear();
		this.points = [];
		this.chosen = null;
		this.#redraw();
	}

	/** Adds rows [x, y, colour, job, n, spread]; a job that is there already moves. */
	add(rows) {
		const born = this.points.length && !matchMedia('(prefers-reduced-motion: reduce)').matches ? performance.now() : -1e9;
		for (const [x, y, colour, job, n = 1, spread = 0] of rows) {
			this.#jobs.set(job, Object.assign(this.#jobs.get(job) ?? { job, born }, { x, y, colour, n, spread }));
		}
		this.points = [...this.#jobs.values()].sort((a, b) => a.x - b.x || a.y - b.y || a.job - b.job);
		this.#redraw();
	}

	choose(point) {
		this.chosen = point ?? null;
		this.#redraw();
		this.dispatchEvent(new CustomEvent('choose', { detail: this.chosen }));
	}

	get(job) {
		return this.#jobs.get(job);
	}

	get ends() {
		const sign = this.#view.lessIsBetter ? 1 : -1;
		return [sign, -sign].map(by => this.points.reduce((best, point) => (point.y * by < best.y * by ? point : best), this.points[0]));
	}

	#walk(event) {
		const last = this.points.length - 1, at = this.points.indexOf(this.chosen);
		const place = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: last }[event.key];
		if (place !== undefined) this.choose(this.points[Math.min(last, Math.max(0, place))]);
		else if (event.key === 'b') this.choose(this.ends[0]);
		else if (event.key === 'Escape') this.choose();
		else return;
		event.preventDefault();
	}

	#near(event, reach) {
		const box = this.getBoundingClientRect();
		let best;
		for (const point of this.points) {
			const distance = Math.hypot(point.left - event.clientX + box.left, point.top - event.clientY + box.top);
			if (distance <= reach) [best, reach] = [point, distance];
		}
		return best;
	}

	#redraw() {
		this.#frame ||= requestAnimationFrame(time => {
			this.#frame = 0;
			if (this.clientWidth) this.#draw(time);
		});
	}

	#draw(time) {
		const { clientWidth: width, clientHeight: height } = this, canvas = this.#canvas, ratio = devicePixelRatio;
		canvas.width = width * ratio;
		canvas.height = height * ratio;
		canvas.style.width = `${width}px`;
		if (!this.points.length) return;
		const g = canvas.getContext('2d'), style = getComputedStyle(this), look = name => style.getPropertyValue(`--${name}`).trim();
		g.scale(ratio, ratio);
		g.font = `12px ${style.fontFamily}`;
		const area = this.#axes(g, look, width, height);
		this.#dots(g, look, area, time);
		this.#marks(g, look, area);
	}

	#axes(g, look, width, height) {
		const { logX, logY } = this.#view, bottom = height - 24, top = 16, right = width - 12;
		const ys = this.points.flatMap(point => [point.y - point.spread, point.y, point.y + point.spread]);
		const y = scale(range(ys.filter(v => !logY || v > 0)), logY, (bottom - top) / 52);
		const left = Math.ceil(Math.max(8, ...y.ticks.map(tick => g.measureText(tick.text).width))) + 10;
		const x = scale(range(this.points.map(point => point.x)), logX, (right - left) / 84);
		const area = { left, right, bottom, x: v => left + x.map(v) * (right - left), y: v => bottom - y.map(v) * (bottom - top) };
		g.textBaseline = 'middle';
		g.textAlign = 'right';
		for (const { at, text } of y.ticks) {
			g.fillStyle = look('line');
			g.fillRect(left, Math.round(area.y(at)), right - left, 1);
			g.fillStyle = look('muted');
			g.fillText(text, left - 8, area.y(at));
		}
		g.textAlign = 'center';
		for (const { at, text } of x.ticks) {
			const half = g.measureText(text).width / 2;
			g.fillRect(Math.round(area.x(at)), bottom, 1, 4);
			g.fillText(text, Math.max(half, Math.min(width - half, area.x(at))), bottom + 14);
		}
		return area;
	}

	#dots(g, look, area, time) {
		const many = this.points.length, radius = many > 1200 ? 2.5 : many > 300 ? 3.25 : 4.25;
		const colours = this.#view.coloured && range(this.points.map(point => point.colour).filter(colour => colour != null));
		const plain = look('accent'), none = look('faint');
		const stops = [0, 1, 2].map(i => look(`ramp-${i}`));
		for (const point of this.points) {
			const age = Math.max(0, Math.min(1, (time - point.born) / 700));
			if (age < 1) this.#redraw();
			point.left = area.x(point.x);
			point.top = area.y(point.y);
			g.globalAlpha = age * (many > 300 ? 0.7 : 0.85);
			g.fillStyle = !colours ? plain : point.colour == null ? none : mix(stops, colours, point.colour);
			if (point.spread) {
				const high = area.y(point.y + point.spread), low = area.y(point.y - point.spread);
				g.fillRect(point.left - 0.75, high, 1.5, (isFinite(low) ? low : area.bottom) - high);
			}
			circle(g, point, radius + (1 - age) * 5).fill();
		}
		g.globalAlpha = 1;
	}

	#marks(g, look, area) {
		const [best, worst] = this.ends;
		const mark = (point, text, colour) => {
			const side = point.left + 90 < area.right ? 1 : -1;
			g.textAlign = side > 0 ? 'left' : 'right';
			g.lineWidth = 4;
			g.strokeStyle = look('paper');
			g.strokeText(text, point.left + side * 12, point.top);
			g.fillStyle = g.strokeStyle = look(colour);
			g.fillText(text, point.left + side * 12, point.top);
			g.lineWidth = 2;
			circle(g, point, 7.5).stroke();
		};
		g.lineJoin = 'round';
		if (best.y !== worst.y) {
			mark(worst, this.#view.lessIsBetter ? 'max' : 'min', 'muted');
			g.font = `600 ${g.font}`;
			mark(best, 'best so far', 'ink');
		}
		if (!this.chosen) return;
		const { left, top } = this.chosen;
		g.fillStyle = look('faint');
		g.fillRect(left, top, 1, area.bottom - top);
		g.fillRect(area.left, top, left - area.left, 1);
		g.fillStyle = look('ink');
		circle(g, this.chosen, 6).fill();
	}
}

customElements.define('scatter-plot', ScatterPlot);

const range = numbers => numbers.reduce(([least, most], v) => [Math.min(least, v), Math.max(most, v)], [Infinity, -Infinity]);

function mix(stops, [least, most], v) {
	const t = most > least ? (2 * (v - least)) / (most - least) : 1, i = t < 1 ? 0 : 1;
	return `color-mix(in srgb, ${stops[i + 1]} ${100 * (t - i)}%, ${stops[i]})`;
}

function circle(g, point, radius) {
	g.beginPath();
	g.arc(point.left, point.top, radius, 0, 7);
	return g;
}
