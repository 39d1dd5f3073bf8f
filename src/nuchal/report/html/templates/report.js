"use strict";
(async () => {
  // Nothing of a person is offered to be sent anywhere; the button is called so in plotly.js 2 and 4.
  const config = { displaylogo: false, responsive: true, plotlyServerURL: "",
    modeBarButtonsToRemove: ["sendDataToCloud", "sendChartToCloud"] };
  const font = { family: "system-ui, Segoe UI, Liberation Sans, Arial, sans-serif", size: 13, color: "#1d1d1d" };
  const modebar = { color: "#5a6570", activecolor: "#1d1d1d" };

  async function unpacked(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  function excuse(plot) {
    plot.hidden = true;
    plot.parentElement.querySelector(".excuse").hidden = false;
  }

  function canDrawSolids() {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  }

  const tenth = (values) => values.map((x) => x / 10);

  // ---- envelopes ----

  const EYES = {
    right: { eye: { x: 2.1, y: 0, z: 0.15 }, up: { x: 0, y: 0, z: 1 } },
    behind: { eye: { x: 0, y: -2.1, z: 0.15 }, up: { x: 0, y: 0, z: 1 } },
    above: { eye: { x: 0, y: 0, z: 2.3 }, up: { x: 0, y: 1, z: 0 } },
    corner: { eye: { x: 1.35, y: -1.5, z: 0.8 }, center: { x: 0, y: 0, z: -0.14 }, up: { x: 0, y: 0, z: 1 } },
  };

  function solid(mesh, name, colour, opacity) {
    const [x, y, z] = mesh.at.map(tenth), [i, j, k] = mesh.faces;
    return { type: "mesh3d", x, y, z, i, j, k, name, color: colour, opacity, flatshading: true, showlegend: true,
      hoverinfo: "name", lighting: { ambient: 0.75, diffuse: 0.45, specular: 0.02 } };
  }

  function edges(mesh, name, colour) {
    const at = mesh.at.map(tenth), seen = new Set(), lines = [[], [], []];
    const [i, j, k] = mesh.faces;
    for (let f = 0; f < i.length; f++) {
      for (const [a, b] of [[i[f], j[f]], [j[f], k[f]], [k[f], i[f]]]) {
        const key = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (seen.has(key)) continue;
        seen.add(key);
        at.forEach((axis, n) => lines[n].push(axis[a], axis[b], null));
      }
    }
    return { type: "scatter3d", mode: "lines", x: lines[0], y: lines[1], z: lines[2], name,
      line: { color: colour, width: 1.5 }, hoverinfo: "skip" };
  }

  function missing(marker, ways) {
    const at = marker.missing.map(tenth);
    return ways.flatMap((way, w) => {
      const mine = marker.way.flatMap((x, n) => (x === w ? [n] : []));
      if (!mine.length) return [];
      const [x, y, z] = at.map((axis) => mine.map((n) => axis[n]));
      return [{ type: "scatter3d", mode: "markers", x, y, z, name: `not reached: ${way.short}`, hoverinfo: "name",
        marker: { color: way.colour, symbol: way.symbol, size: w < 8 ? 4 : 6.5 } }];
    });
  }

  function envelopes(data) {
    const plot = document.getElementById("envelope-plot"), form = document.getElementById("envelope-controls");
    if (!plot) return;
    if (!canDrawSolids()) { excuse(plot); return; }
    const axis = (title) => ({ title: { text: title }, showbackground: false, gridcolor: "#d8d8d8", zeroline: false });
    const wide = plot.clientWidth > 600;
    const names = data.names || { person: "reached", own: "healthy, own neck", matched: "healthy, best match" };
    const layout = { font, modebar, margin: { l: 0, r: 0, t: 0, b: 0 }, uirevision: "same",
      legend: wide ? { x: 0, y: 0.98, font: { size: 11.5 }, itemsizing: "constant" } : { orientation: "h", y: 0, font: { size: 11 }, itemsizing: "constant" },
      scene: { domain: { x: [wide ? 0.24 : 0, 1], y: [0, 1] }, aspectmode: "data", camera: EYES.corner, xaxis: axis("right + [mm]"),
        yaxis: axis("forward + [mm]"), zaxis: axis("up + [mm]") } };
    const draw = () => {
      const asked = new FormData(form), marker = data.markers[Number(asked.get("marker"))], traces = [];
      const which = asked.get("healthy") || "own", healthy = marker[which];
      if (marker.person) traces.push(solid(marker.person, names.person, "#5B8DB8", asked.get("missing") ? 0.75 : 0.9));
      if (healthy) traces.push(edges(healthy, names[which], "#9a3b10"));
      if (asked.get("missing")) traces.push(...missing(marker, data.ways));
      if (asked.get("path") || !marker.person) {
        const [x, y, z] = marker.path.map(tenth);
        traces.push({ type: "scatter3d", mode: "markers", x, y, z, name: "path", hoverinfo: "skip", marker: { color: "#111", size: 1.6 } });
      }
      window.Plotly.react(plot, traces, layout, config);
    };
    form.addEventListener("change", draw);
    for (const button of form.querySelectorAll("[data-eye]")) {
      button.addEventListener("click", () => window.Plotly.relayout(plot, { "scene.camera": EYES[button.dataset.eye] }));
    }
    draw();
    plot.addEventListener("keydown", (event) => {
      const turned = event.target === plot && moved(plot, event.key);
      if (!turned || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      window.Plotly.relayout(plot, { "scene.camera": turned });
    });
  }

  // The view after a key: turned by an arrow about what is up, nearer or farther; null by any other.
  function moved(plot, key) {
    const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
    const zoom = { "+": 0.9, "=": 0.9, "-": 1 / 0.9, _: 1 / 0.9 }[key];
    if (!turn && !zoom) return null;
    const { eye, center } = plot.layout.scene.camera, far = Math.hypot(eye.x, eye.y, eye.z) * (zoom || 1), step = Math.PI / 24;
    const [round, over] = turn || [0, 0], flat = Math.hypot(eye.x, eye.y) || 1e-6;
    const about = Math.atan2(eye.y, eye.x) + step * round;
    const above = Math.min(1.5, Math.max(-1.5, Math.atan2(eye.z, flat) + step * over));
    return { center, up: { x: 0, y: 0, z: 1 }, eye: { x: far * Math.cos(above) * Math.cos(about),
      y: far * Math.cos(above) * Math.sin(about), z: far * Math.sin(above) } };
  }

  // ---- curves ----

  function times(one) {
    return one.kind.flatMap((_, n) => [one.start + one.step * (n + 0.25), one.start + one.step * (n + 0.75)]);
  }

  function masked(values, kinds, kind) {
    return values.map((x, n) => (kinds[n >> 1] === kind ? x / 10 : null));
  }

  // Outlines of the interval, one for each run of stretches that can be used.
  function band(one, m) {
    const x = [], y = [];
    for (let start = 0; start < one.kind.length; start++) {
      if (one.kind[start] !== 2) continue;
      let end = start;
      while (one.kind[end] === 2) end++;
      const run = Array.from({ length: end - start }, (_, n) => start + n), back = [...run].reverse();
      x.push(...[...run, ...back].map((n) => one.start + one.step * (n + 0.5)), null);
      y.push(...run.map((n) => one.low[m][n] / 10), ...back.map((n) => one.high[m][n] / 10), null);
      start = end;
    }
    return { x, y };
  }

  function forceTraces(one, muscle, colours, axes, first) {
    const time = times(one), traces = [];
    for (const [side, dash] of [["right", "solid"], ["left", "dash"]]) {
      const m = muscle[side], colour = colours[side];
      if (one.low) {
        traces.push({ ...band(one, m), mode: "lines", line: { width: 0 }, fill: "toself", fillcolor: colour + "2b",
          hoverinfo: "skip", name: `${side}, interval`, showlegend: first, ...axes });
      }
      traces.push({ x: time, y: masked(one.force[m], one.kind, 2), mode: "lines", line: { color: colour, dash, width: 2 },
        name: `${side} side`, showlegend: first, hovertemplate: "%{y:.1f} N at %{x:.2f} s", ...axes });
      traces.push({ x: time, y: masked(one.force[m], one.kind, 1), mode: "lines", line: { color: colour, dash: "dot", width: 1 }, opacity: 0.6,
        name: `${side}, in doubt`, showlegend: first && one.kind.includes(1), hovertemplate: "%{y:.1f} N, in doubt", ...axes });
    }
    return traces;
  }

  function angleTraces(one, colours, axes, first) {
    const time = times(one), dashes = ["solid", "dash", "dot"];
    return ["flexion +, extension −", "bending right +, left −", "turning right +, left −"].map((name, n) => ({
      x: time, y: masked(one.angles[n], one.known, 2), mode: "lines", name, showlegend: first, legend: "legend2",
      line: { color: colours[n], dash: dashes[n], width: 1.5 }, hovertemplate: "%{y:.0f}° at %{x:.2f} s", ...axes }));
  }

  // Intervals may stand half as high again as usable forces; beyond that they are cut off.
  function highest(one, healthy, muscle) {
    const most = (values, keep) => values.reduce((top, x, n) => (keep(n) && x > top ? x : top), 0);
    let sure = 10, unsure = 0;
    for (const movement of [one, healthy]) {
      for (const m of [muscle.right, muscle.left]) {
        sure = Math.max(sure, most(movement.force[m], (n) => movement.kind[n >> 1] === 2));
        if (movement.high) unsure = Math.max(unsure, most(movement.high[m], (n) => movement.kind[n] === 2));
      }
    }
    return (1.08 * Math.max(sure, Math.min(unsure, 1.5 * sure))) / 10;
  }

  function farthest(movements) {
    const each = movements.flatMap((one) => one.angles.map((angle) => angle.reduce((top, x) => Math.max(top, Math.abs(x)), 100)));
    return Math.max(...each) / 10;
  }

  // The forces of a picture for those who do not see it.
  function told(muscle, one, healthy) {
    const peak = (movement, side) => movement.force[muscle[side]].reduce((top, x, n) => (movement.kind[n >> 1] === 2 && x > top ? x : top), 0) / 10;
    const peaks = (movement) => `right at most ${peak(movement, "right").toFixed(1)} N, left ${peak(movement, "left").toFixed(1)} N`;
    return `Force of ${muscle.name} over time, recording ${one.name}: ${peaks(one)}; in the healthy movement ${peaks(healthy)}. Angles of the head below.`;
  }

  function curves(data) {
    const plot = document.getElementById("curve-plot"), form = document.getElementById("curve-controls");
    if (!plot) return;
    const place = { "": {}, 2: { xaxis: "x2", yaxis: "y2" }, 3: { xaxis: "x3", yaxis: "y3" }, 4: { xaxis: "x4", yaxis: "y4" } };
    const draw = () => {
      const asked = new FormData(form), one = data.recordings[Number(asked.get("recording"))];
      const muscle = data.muscles[Number(asked.get("muscle"))];
      const traces = [...forceTraces(one, muscle, data.sides, place[""], true), ...forceTraces(data.healthy, muscle, data.sides, place[2], false),
        ...angleTraces(one, data.angles, place[3], true), ...angleTraces(data.healthy, data.angles, place[4], false)];
      const widest = 1.08 * farthest([one, data.healthy]);
      const line = { gridcolor: "#e3e3e3", zerolinecolor: "#9a9a9a" }, wide = [0, 0.6], narrow = [0.64, 1];
      const title = (text, x) => ({ text, x, y: 1.0, xref: "paper", yref: "paper", yanchor: "bottom", xanchor: "left", showarrow: false, font: { size: 14 } });
      window.Plotly.react(plot, traces, {
        font, modebar, margin: { l: 60, r: 10, t: 52, b: 110 }, hovermode: "x",
        legend: { orientation: "h", y: -0.14, yanchor: "top", traceorder: "normal" },
        legend2: { orientation: "h", y: -0.21, yanchor: "top", traceorder: "normal" },
        annotations: [title(`<b>${muscle.name}</b>, this recording`, 0), title("healthy movement", 0.64)],
        xaxis: { ...line, domain: wide, matches: "x3", showticklabels: false },
        xaxis2: { ...line, domain: narrow, matches: "x4", showticklabels: false },
        xaxis3: { ...line, domain: wide, anchor: "y3", title: { text: "Time [s]" } },
        xaxis4: { ...line, domain: narrow, anchor: "y4", title: { text: "Time [s]" } },
        yaxis: { ...line, domain: [0.42, 1], title: { text: "Force [N]" }, range: [0, highest(one, data.healthy, muscle)] },
        yaxis2: { ...line, domain: [0.42, 1], matches: "y", showticklabels: false, anchor: "x2" },
        yaxis3: { ...line, domain: [0, 0.36], title: { text: "Angle [°]" }, anchor: "x3", range: [-widest, widest] },
        yaxis4: { ...line, domain: [0, 0.36], matches: "y3", showticklabels: false, anchor: "x4" },
      }, config);
      plot.setAttribute("aria-label", told(muscle, one, data.healthy));
    };
    form.addEventListener("change", draw);
    draw();
  }

  try {
    const [code, text] = await Promise.all([unpacked("packed-plotly"), unpacked("packed-data")]);
    const script = document.createElement("script");
    script.textContent = code;
    document.head.append(script);
    const data = JSON.parse(text);
    envelopes(data.envelopes);
    curves(data);
    document.documentElement.dataset.drawn = "yes";
  } catch (problem) {
    document.querySelectorAll(".plot").forEach(excuse);
    document.documentElement.dataset.drawn = String(problem);
  }
})();
