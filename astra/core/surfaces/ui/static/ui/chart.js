// Charts by uPlot, in the page's own colours and the reader's number format. Each has its numbers beside it in a table.
(() => {
  const language = document.documentElement.lang || "pt-br";
  const charts = new Map();
  const colour = (name) => {
    // light-dark() is resolved where it is used: an element of the page tells it.
    const probe = document.createElement("span");
    probe.className = name;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const draw = (place) => {
    const told = JSON.parse(place.dataset.chart);
    charts.get(place)?.destroy();
    const quiet = colour("chart-quiet");
    const tones = [colour("chart-main"), quiet];
    const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", timeZone: told.zone });
    const number = (value) => (value === null || value === undefined ? "–" : value.toLocaleString(language, { maximumFractionDigits: 1 }) + told.unit);
    const axis = { stroke: quiet, grid: { stroke: colour("chart-rule"), width: 1 }, ticks: { show: false }, font: "12px system-ui", gap: 6 };
    // What stands under the pointer, in words; for the keyboard there is the table.
    place.querySelector(".chart-read")?.remove();
    const read = Object.assign(document.createElement("div"), { className: "chart-read label-sm num" });
    const words = (at) => `${clock(told.x[at])} · ${told.names.map((name, row) => `${name} ${number(told.series[row][at])}`).join(" · ")}`;
    const tell = (chart) => { read.textContent = Number.isInteger(chart.cursor.idx) ? words(chart.cursor.idx) : ""; };
    const made = new window.uPlot(
      {
        width: Math.max(place.clientWidth, 240),
        height: 180,
        cursor: { y: false },
        legend: { show: false },
        hooks: { setCursor: [tell] },
        scales: { x: { time: false }, y: { range: (_, low, high) => [0, told.top ?? Math.max(high * 1.15, 10)] } },
        axes: [
          { ...axis, grid: { show: false }, values: (_, marks) => marks.map(clock), space: 70, incrs: [300, 900, 1800, 3600, 7200, 10800, 21600, 43200] },
          // As wide as its longest words.
          { ...axis, size: (_, marks) => 16 + 7 * Math.max(3, ...(marks ?? []).map((mark) => mark.length)), values: (_, marks) => marks.map(number) },
        ],
        series: [
          {},
          ...told.names.map((name, at) => ({
            label: name,
            stroke: tones[at],
            width: at ? 1 : 2,
            dash: at ? [4, 3] : undefined,
            fill: at || !told.filled ? undefined : colour("chart-fill"),
            points: { show: told.x.length < 40, size: 4, fill: tones[at] },
            spanGaps: false,
          })),
        ],
      },
      [told.x, ...told.series],
      place,
    );
    charts.set(place, made);
    place.append(read);
  };
  const all = () => { if (window.uPlot) document.querySelectorAll("[data-chart]").forEach(draw); };
  addEventListener("load", all);
  let later;
  addEventListener("resize", () => { clearTimeout(later); later = setTimeout(all, 150); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
