/* The markers of a recording, with the laboratory's axes, names and a time line.

   markerScene(root, recording, { THREE, OrbitControls, CSS2DObject, CSS2DRenderer, pick }) fills
   the element `root`. `recording` is what app/look.py writes; positions in metres in the
   laboratory's own axes. tell({ found, up, forward, picked }) says which marker is which. */

import { KEYS, viewKeys } from "nuchal-scene/view_keys.js";

const KINDS = { f4: Float32Array, u1: Uint8Array };
const USED = 0x00558c;
const OTHER = 0x8d939b;
const PICKED = 0xd55e00;
const AXES = { X: 0x8c2d04, Y: 0x35603f, Z: 0x234b8c };
const STYLE = `
.markers{display:flex;flex-direction:column;gap:.6rem;height:100%;font:14px/1.4 system-ui,"Segoe UI",Roboto,sans-serif;color:#222}
.markers-stage{position:relative;flex:1 1 auto;min-height:20rem;background:#f3f4f6;border:1px solid #d9dce1;border-radius:6px;overflow:hidden}
.markers-stage canvas{display:block;width:100%;height:100%;cursor:grab;touch-action:none}
.markers-labels{position:absolute;inset:0;pointer-events:none;overflow:hidden}
.markers-label{font-size:12.5px;padding:0 .25rem;border-radius:3px;background:#ffffffd0;color:#333}
.markers-label.used{font-weight:600;color:#00436e}
.markers-label.picked{background:#b04d00;color:#fff}
.markers-axis{font-weight:700;font-size:13px;padding:0 .2rem;border-radius:3px;background:#ffffffd0}
.markers-key{position:absolute;left:.7rem;bottom:.6rem;background:#ffffffd8;padding:.3rem .6rem;border-radius:4px;font-size:12.5px;pointer-events:none}
.markers-key i{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin:0 .3rem 0 .6rem}
.markers-key i:first-child{margin-left:0}
.markers-time{display:flex;align-items:center;gap:.75rem;flex-wrap:wrap}
.markers-time input[type=range]{flex:1 1 10rem;accent-color:#00558c}
.markers-time output{font-variant-numeric:tabular-nums;min-width:8.5rem}
.markers button{font:inherit;border:1px solid #8a9099;background:#fff;border-radius:4px;padding:.15rem .6rem;cursor:pointer}
.markers :focus-visible{outline:3px solid #00558c;outline-offset:1px}
.markers-stage canvas:focus-visible{outline-offset:-4px}
`;

function unpack(packed) {
  const raw = atob(packed.data);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new KINDS[packed.type](bytes.buffer);
}

function element(parent, tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent.appendChild(made);
  return made;
}

export function markerScene(root, recording, { THREE, OrbitControls, CSS2DObject, CSS2DRenderer, pick }) {
  const positions = unpack(recording.positions);
  const visible = unpack(recording.visible);
  const time = unpack(recording.time);
  const { names } = recording;
  const count = names.length;
  const state = { frame: 0, playing: false, dirty: true, all: false, found: {}, picked: null };

  root.replaceChildren();
  element(root, "style").textContent = STYLE;
  const frame = element(root, "div", "markers");
  const stage = element(frame, "div", "markers-stage");
  const canvas = element(stage, "canvas");
  const labels = element(stage, "div", "markers-labels");
  const line = element(frame, "div", "markers-time");
  const renderer = new THREE.WebGLRenderer({ canvas, antialias: true });
  renderer.setClearColor(0xf3f4f6);
  const words = new CSS2DRenderer({ element: labels });
  const camera = new THREE.PerspectiveCamera(35, 1, 0.01, 100);
  const controls = new OrbitControls(camera, canvas);
  controls.addEventListener("change", () => (state.dirty = true));
  canvas.setAttribute("aria-label", `The markers in three dimensions: ${KEYS}; the fields beside it name the markers`);
  viewKeys(canvas, { THREE, camera, controls, changed: () => (state.dirty = true) });
  const scene = new THREE.Scene();
  scene.add(new THREE.HemisphereLight(0xffffff, 0xc8c8c8, 2.2));

  const ball = new THREE.SphereGeometry(0.008, 12, 8);
  const balls = names.map((name, m) => {
    const mesh = new THREE.Mesh(ball, new THREE.MeshLambertMaterial({ color: OTHER }));
    mesh.userData.name = name;
    const label = document.createElement("div");
    label.className = "markers-label";
    mesh.userData.label = new CSS2DObject(label);
    mesh.userData.label.center.set(0.5, 1.75);
    mesh.add(mesh.userData.label);
    scene.add(mesh);
    return mesh;
  });

  /* Lines between the markers that belong together, so that the picture reads as a person. */
  const links = [["TP", "LH"], ["TP", "RH"], ["LH", "RH"], ["LFHD", "RFHD"], ["RFHD", "RBHD"], ["RBHD", "LBHD"], ["LBHD", "LFHD"],
    ["C7", "T10"], ["CLAV", "STRN"], ["C7", "CLAV"], ["T10", "STRN"], ["LSHO", "CLAV"], ["RSHO", "CLAV"], ["LSHO", "C7"], ["RSHO", "C7"]];
  const linked = new THREE.BufferGeometry();
  linked.setAttribute("position", new THREE.BufferAttribute(new Float32Array(links.length * 6), 3));
  const lines = new THREE.LineSegments(linked, new THREE.LineBasicMaterial({ color: 0x6d8ca6 }));
  lines.frustumCulled = false;
  scene.add(lines);
  function link() {
    const { array } = linked.attributes.position;
    const ball = (us) => balls[names.indexOf(state.found[us])];
    links.forEach(([one, other], k) => {
      const [a, b] = [ball(one), ball(other)];
      const there = a?.visible && b?.visible;
      (there ? a.position : middle).toArray(array, 6 * k);
      (there ? b.position : middle).toArray(array, 6 * k + 3);
    });
    linked.attributes.position.needsUpdate = true;
  }

  /* The picture is of the markers that are used, or of all where none is, and goes along with them.
     The laboratory's axes stand beside them. */
  const middle = new THREE.Vector3();
  const seen = new THREE.Box3();
  const point = new THREE.Vector3();
  let size = 1;
  function frameOf(k) {
    const used = Object.values(state.found || {}).map((name) => names.indexOf(name)).filter((m) => m >= 0);
    seen.makeEmpty();
    for (const m of used.length > 2 ? used : names.keys())
      if (visible[k * count + m]) seen.expandByPoint(point.fromArray(positions, 3 * (k * count + m)));
    if (!seen.isEmpty()) seen.getCenter(middle);
    return seen.isEmpty() ? 0 : seen.getSize(point).length();
  }
  const sides = { right: new THREE.Vector3(), above: new THREE.Vector3() };
  const corner = new THREE.Group();
  scene.add(corner);
  const arrows = {};
  for (const [letter, colour] of Object.entries(AXES)) {
    const along = new THREE.Vector3(letter === "X" ? 1 : 0, letter === "Y" ? 1 : 0, letter === "Z" ? 1 : 0);
    corner.add(new THREE.ArrowHelper(along, new THREE.Vector3(), 0.2, colour, 0.035, 0.02));
    const text = document.createElement("div");
    text.className = "markers-axis";
    text.style.color = `#${colour.toString(16).padStart(6, "0")}`;
    const label = new CSS2DObject(text);
    label.position.copy(along).multiplyScalar(0.235);
    corner.add(label);
    arrows[letter] = text;
  }

  const key = element(stage, "div", "markers-key");
  for (const [colour, text] of [[USED, "used"], [OTHER, "not used"], [PICKED, "chosen"]]) {
    element(key, "i").style.background = `#${colour.toString(16).padStart(6, "0")}`;
    element(key, "span", "", text);
  }

  const button = element(line, "button", "", "Play");
  const slider = element(line, "input");
  Object.assign(slider, { type: "range", min: 0, max: Math.max(0, time.length - 1), step: 1, value: 0 });
  slider.setAttribute("aria-label", "Time");
  const clock = element(line, "output");
  const every = element(element(line, "label"), "input");
  every.type = "checkbox";
  every.parentNode.append(" all names");
  every.onchange = () => {
    state.all = every.checked;
    tell({});
  };
  button.onclick = () => {
    state.playing = !state.playing;
    button.textContent = state.playing ? "Pause" : "Play";
  };
  slider.oninput = () => seek(Number(slider.value));

  function seek(k) {
    state.frame = Math.min(time.length - 1, Math.max(0, Math.floor(k)));
    state.dirty = true;
  }

  function place() {
    const before = middle.clone();
    if (frameOf(Math.floor(state.frame)) > 0) {
      corner.position.copy(middle).addScaledVector(sides.right, 0.7 * size).addScaledVector(sides.above, -0.5 * size);
      const went = middle.clone().sub(before);
      controls.target.add(went);
      camera.position.add(went);
    }
    balls.forEach((mesh, m) => {
      const i = Math.floor(state.frame) * count + m;
      mesh.visible = visible[i] === 1;
      mesh.position.fromArray(positions, 3 * i);
    });
    link();
    slider.value = Math.floor(state.frame);
    clock.textContent = `${time[Math.floor(state.frame)].toFixed(2)} s of ${time[time.length - 1].toFixed(2)} s`;
  }

  function tell(change) {
    Object.assign(state, change);
    const ours = Object.fromEntries(Object.entries(state.found || {}).map(([us, them]) => [them, us]));
    for (const mesh of balls) {
      const { name, label } = mesh.userData;
      const chosen = name === state.picked;
      mesh.material.color.setHex(chosen ? PICKED : ours[name] ? USED : OTHER);
      mesh.scale.setScalar(chosen ? 1.5 : ours[name] ? 1.25 : 0.8);
      const same = ours[name] && ours[name].toLowerCase() === name.toLowerCase();
      label.element.textContent = ours[name] && !same ? `${ours[name]} (${name})` : name;
      label.element.className = `markers-label${ours[name] ? " used" : ""}${chosen ? " picked" : ""}`;
      label.visible = Boolean(chosen || ours[name] || state.all);
    }
    for (const [letter, text] of Object.entries(arrows)) {
      const says = [["up", state.up], ["forward", state.forward]]
        .filter(([, axis]) => axis && axis[1] === letter)
        .map(([what, axis]) => (axis[0] === "+" ? what : { up: "down", forward: "backward" }[what]));
      text.textContent = [letter, ...says].join(" = ");
    }
    const posture = `${state.up} ${state.forward} ${Object.keys(state.found || {})}`;
    if (posture !== state.stood) {
      state.stood = posture;
      stand(state.up || "+Z", state.forward);
    }
    state.dirty = true;
  }

  const axis = (name) => new THREE.Vector3(...["X", "Y", "Z"].map((l) => (l === name[1] ? (name[0] === "+" ? 1 : -1) : 0)));
  function stand(up, forward) {
    size = Math.max(0.3, frameOf(Math.floor(state.frame)));
    corner.scale.setScalar(size);
    const above = axis(up);
    const ahead = forward ? axis(forward) : new THREE.Vector3(above.y, above.z, above.x);
    const right = new THREE.Vector3().crossVectors(ahead, above);
    sides.right.copy(right);
    sides.above.copy(above);
    camera.up.copy(above);
    controls.target.copy(middle).addScaledVector(above, -0.03 * size);
    camera.position.copy(middle).addScaledVector(ahead, 2.0 * size).addScaledVector(right, 1.3 * size).addScaledVector(above, 0.35 * size);
    controls.update();
    // OrbitControls remembers which way is up when it is made.
    controls._quat?.setFromUnitVectors(camera.up, new THREE.Vector3(0, 1, 0));
    if (controls._quat) controls._quatInverse.copy(controls._quat).invert();
    controls.update();
  }

  const ray = new THREE.Raycaster();
  let down = null;
  canvas.addEventListener("pointerdown", (event) => (down = [event.offsetX, event.offsetY]));
  canvas.addEventListener("pointerup", (event) => {
    if (!down || Math.hypot(event.offsetX - down[0], event.offsetY - down[1]) > 4) return;
    ray.setFromCamera(new THREE.Vector2((2 * event.offsetX) / stage.clientWidth - 1, 1 - (2 * event.offsetY) / stage.clientHeight), camera);
    let best = null;
    for (const mesh of balls) {
      if (!mesh.visible) continue;
      const far = ray.ray.distanceToPoint(mesh.position);
      if (far < 0.03 * size && (!best || far < best.far)) best = { far, name: mesh.userData.name };
    }
    if (best) pick(best.name);
  });

  let alive = true;
  let last = null;
  function loop(now) {
    if (!alive) return;
    requestAnimationFrame(loop);
    if (state.playing && last !== null && time.length > 1) {
      state.frame += ((now - last) / 1000) * ((time.length - 1) / (time[time.length - 1] - time[0]));
      if (state.frame >= time.length) state.frame = 0;
      state.dirty = true;
    }
    last = now;
    controls.update();
    if (!state.dirty) return;
    state.dirty = false;
    place();
    renderer.render(scene, camera);
    words.render(scene, camera);
  }

  function resize() {
    const { clientWidth: width, clientHeight: height } = stage;
    if (!width || !height) return;
    renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2));
    renderer.setSize(width, height, false);
    words.setSize(width, height);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    state.dirty = true;
  }
  const watcher = new ResizeObserver(resize);
  watcher.observe(stage);
  resize();
  stand("+Z", null);
  requestAnimationFrame(loop);

  function dispose() {
    alive = false;
    watcher.disconnect();
    controls.dispose();
    ball.dispose();
    renderer.dispose();
    root.replaceChildren();
  }
  return { tell, seek, dispose };
}
