/* A neck in motion: bones, 72 muscles coloured by what they do, a time line.

   neckScene(root, neck, { THREE, OrbitControls }) fills the element `root` with a scene and its
   controls. `neck` is what report/scene/neck_motion.py writes. Nothing else is needed, and nothing
   is fetched. Returns { play, pause, seek, show, stats, dispose }; stats() tells pictures a
   second, and milliseconds of script a picture.

   neckScene(root, neck, tools, { live: true }) has no time line: `neck` has one movement of one
   frame, and push(moment) moves it on. A moment has what such a movement has but name and time,
   and a `note` to be shown over the neck, or none.

   Ground axes: x forward, y up, z right, metres. Poses are here from the start, or are pushed;
   every picture is worked out from the two poses around its time.

   Nothing plays by itself. A live neck moves as it is pushed and can be held; for people whose
   system asks for reduced motion it is held at first. */

import { KEYS, viewKeys } from "./view_keys.js";

const KINDS = { f4: Float32Array, u1: Uint8Array, u2: Uint16Array };
const TONES = { bone: [232, 226, 212], thorax: [219, 216, 207], jaw: [225, 217, 200], hole: [92, 84, 76] };
const GHOST = [43, 123, 186];
const NO_FORCE = [0.72, 0.73, 0.75];
/* From light to dark, so that it survives greyscale and any colour vision. */
const RAMP = [
  [0xf6, 0xdc, 0xdc],
  [0xee, 0xa8, 0x9c],
  [0xdb, 0x62, 0x4f],
  [0xa8, 0x1f, 0x35],
  [0x4c, 0x07, 0x22],
];
/* Light is worked out corner by corner, which keeps up without a graphics card, too. */
const SHADER = {
  vertexShader: `
    attribute vec3 tint;
    uniform vec3 plain;
    uniform float tinted;
    varying vec3 shade;
    void main() {
      vec3 n = normalize(normalMatrix * normal);
      float key = max(dot(n, vec3(0.36, 0.48, 0.8)), 0.0);
      float sky = 0.5 + 0.5 * n.y;
      shade = mix(plain, tint, tinted) * min(1.06, 0.42 + 0.5 * key + 0.2 * sky);
      gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    }`,
  fragmentShader: `
    uniform float opacity;
    varying vec3 shade;
    void main() { gl_FragColor = vec4(shade, opacity); }`,
};
const LOWEST_RATE = 30;
const SIDES = 6;
const BODIES = 9;
const NUMBERS = ["quaternions", "origins", "angles_deg", "force_N", "activation", "known", "solved"];
/* How long a live neck takes to a pose that was pushed [ms]: about until the next one comes. */
const GLIDE_MS = 40;
/* Where colours of a live neck end at first; they grow with what lasts this many moments. */
const LIVE_TOP = { force: 20, share: 0.2, activation: 0.2 };
const LASTING = 3;
/* After so long without a push a live neck is at rest [ms]. */
const REST_MS = 500;
const HELD = "The picture is held: this is not how the neck is now";
const VIEWS = {
  right: [0.05, 0.1, 1],
  front: [1, 0.1, 0.05],
  left: [0.05, 0.1, -1],
  behind: [-1, 0.15, 0.05],
};
const COLOURS = {
  force: { label: "Force", unit: "N" },
  share: { label: "Force, share of the muscle's maximum", unit: "%" },
  activation: { label: "Activation", unit: "%" },
};
const STYLE = `
.neck{display:grid;grid-template-columns:minmax(0,1fr) 20rem;grid-template-rows:minmax(0,1fr) auto;
 gap:.75rem;font:14px/1.4 system-ui,"Segoe UI",Roboto,sans-serif;color:#222;height:100%;min-height:30rem}
.neck-stage{position:relative;background:#f3f4f6;border:1px solid #d9dce1;border-radius:6px;overflow:hidden;min-height:24rem}
.neck-stage canvas{display:block;width:100%;height:100%;touch-action:none;cursor:grab}
.neck-stage canvas:active{cursor:grabbing}
.neck-name{position:absolute;top:.6rem;font-weight:600;background:#fffffFd0;padding:.1rem .5rem;border-radius:4px;pointer-events:none}
.neck-note{position:absolute;top:2.6rem;left:.7rem;background:#fff3d6;border:1px solid #c58b00;padding:.1rem .5rem;border-radius:4px;display:none}
.neck-tip{position:absolute;pointer-events:none;background:#222;color:#fff;padding:.25rem .5rem;border-radius:4px;display:none;white-space:nowrap;z-index:2;font-size:13px}
.neck-legend{position:absolute;left:.7rem;bottom:.6rem;background:#ffffffd8;padding:.35rem .6rem;border-radius:4px;pointer-events:none;font-size:12.5px}
.neck-bar{width:13rem;height:.7rem;border:1px solid #777;margin:.15rem 0}
.neck-ticks{display:flex;justify-content:space-between}
.neck-compass{position:absolute;right:.5rem;bottom:.4rem;width:112px;height:100px;pointer-events:none;font-size:11px}
.neck-panel{overflow:auto;border:1px solid #d9dce1;border-radius:6px;padding:.6rem .75rem;background:#fff;max-height:100%}
.neck-panel label{cursor:pointer}
.neck-row{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem;margin:.15rem 0}
.neck-panel .neck-title{font-size:14px;font-weight:600;line-height:1.3;margin:.7rem 0 .25rem}
.neck-panel .neck-title:first-child{margin-top:0}
.neck-panel select{width:100%;font:inherit;padding:.2rem;border:1px solid #999;border-radius:4px;background:#fff}
.neck-set{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.5rem;align-items:start}
.neck-set>input{margin:.34rem 0 0}
.neck-panel input[type=checkbox]{accent-color:#00558c;width:.95rem;height:.95rem}
.neck-group>summary{display:flex;align-items:center;gap:.3rem;cursor:pointer;list-style:none;min-height:1.6rem}
.neck-group>summary::-webkit-details-marker{display:none}
.neck-group>summary::before{content:"\\25B8";width:.8rem;color:#555}
.neck-group[open]>summary::before{content:"\\25BE"}
.neck-group table{margin:.1rem 0 .4rem;border-collapse:collapse;width:100%}
.neck-group tr{height:1.6rem}
.neck-group td,.neck-group th{padding:.05rem .2rem;font-size:12.5px;font-weight:400;text-align:left}
.neck-group td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;color:#444}
.neck-time{grid-column:1/-1;display:flex;align-items:center;gap:.75rem;flex-wrap:wrap}
.neck-time input[type=range]{flex:1 1 12rem;accent-color:#00558c}
.neck-time output{font-variant-numeric:tabular-nums;min-width:8.5rem}
.neck-angles{min-width:25rem;font-variant-numeric:tabular-nums}
.neck button{font:inherit;border:1px solid #8a9099;background:#fff;border-radius:4px;padding:.15rem .6rem;cursor:pointer;color:#222}
.neck button:hover{background:#eef3f8}
.neck button.neck-play{background:#00558c;border-color:#00558c;color:#fff;min-width:5.2rem;padding:.3rem .8rem}
.neck-live .neck-angles{min-width:0;font-size:15px}
.neck-live .neck-name{display:none}
.neck-live .neck-note{top:.6rem}
@media (max-width:60rem){.neck-live .neck-panel{order:1}}
.neck-hold{margin-left:auto}
.neck :focus-visible{outline:3px solid #00558c;outline-offset:1px}
.neck-stage canvas:focus-visible{outline-offset:-4px}
@media (max-width:60rem){.neck{grid-template-columns:1fr;grid-template-rows:28rem auto auto}.neck-panel{max-height:18rem}}
@media print{.neck-panel,.neck-time{display:none}}
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

function ramp(share, into, at) {
  const x = Math.min(1, Math.max(0, share)) * (RAMP.length - 1);
  const k = Math.min(RAMP.length - 2, Math.floor(x));
  for (let c = 0; c < 3; c++) {
    const value = (RAMP[k][c] + (RAMP[k + 1][c] - RAMP[k][c]) * (x - k)) / 255;
    into[at + c] = value;
  }
}

/* The times of a movement, and between which of its frames a time lies. */
class Movement {
  constructor(said) {
    this.name = said.name;
    for (const key of ["time", ...NUMBERS]) this[key] = unpack(said[key]);
    this.duration = this.time[this.time.length - 1];
    this.hint = 0;
  }
  at(time) {
    const { time: times } = this;
    const last = times.length - 1;
    let k = this.hint;
    if (times[k] > time) k = 0;
    while (k < last - 1 && times[k + 1] <= time) k++;
    this.hint = k;
    if (last === 0) return [0, 0, 0];
    return [k, k + 1, Math.min(1, Math.max(0, (time - times[k]) / (times[k + 1] - times[k] || 1)))];
  }
  muscle(kind, m, largest, [k, next, share]) {
    const a = k * largest.length + m;
    const b = next * largest.length + m;
    if (kind === "activation") return ((1 - share) * this.activation[a] + share * this.activation[b]) / 255;
    const force = (1 - share) * this.force_N[a] + share * this.force_N[b];
    return kind === "share" ? force / largest[m] : force;
  }
}

/* Between two poses: where the neck was when the last moment came, and that moment's. */
class LiveMovement extends Movement {
  constructor(said) {
    super(said);
    for (const key of NUMBERS) this[key] = twice(this[key]);
    this.note = "";
    this.pushed = 0;
    this.since = -Infinity;
  }
  at() {
    const share = (performance.now() - this.since) / GLIDE_MS;
    return share < 1 ? [0, 1, share] : [1, 1, 0];
  }
  get glides() {
    return this.at()[2] > 0;
  }
  push(moment) {
    const share = this.glides ? this.at()[2] : 1;
    for (const key of NUMBERS) {
      const both = this[key];
      const size = both.length / 2;
      for (let i = 0; i < size; i++) both[i] = (1 - share) * both[i] + share * both[size + i];
      both.set(unpack(moment[key]), size);
    }
    this.nearBy();
    for (const key of ["known", "solved"]) this[key][0] = this[key][1];
    this.note = moment.note || "";
    this.pushed++;
    this.since = performance.now();
  }
  /* A turn has two quaternions; the next push mixes, so take the one nearer to the last. */
  nearBy() {
    const { quaternions: q } = this;
    const size = q.length / 2;
    for (let b = 0; b < size; b += 4) {
      let same = 0;
      for (let c = b; c < b + 4; c++) same += q[c] * q[size + c];
      if (same < 0) for (let c = b; c < b + 4; c++) q[size + c] *= -1;
    }
  }
}

function twice(numbers) {
  const both = new numbers.constructor(2 * numbers.length);
  both.set(numbers);
  both.set(numbers, numbers.length);
  return both;
}

const fraction = (colour) => colour.map((c) => c / 255);

function materialOf(THREE, colour, tinted = 0) {
  const uniforms = {
    plain: { value: new THREE.Vector3(...fraction(colour)) },
    tinted: { value: tinted },
    opacity: { value: 1 },
  };
  return new THREE.ShaderMaterial({ ...SHADER, uniforms });
}

/* Bones and muscles of one movement, in a scene of their own. */
class Neck {
  constructor(THREE, neck, shared, ghost) {
    this.neck = neck;
    this.shared = shared;
    this.scene = new THREE.Scene();
    this.bodies = neck.bodies.map(() => {
      const group = new THREE.Group();
      group.matrixAutoUpdate = false;
      this.scene.add(group);
      return group;
    });
    this.bones = shared.bones.map(({ body, tone, geometry }) => {
      const material = materialOf(THREE, TONES[tone]);
      const mesh = new THREE.Mesh(geometry, material);
      this.bodies[body].add(mesh);
      return mesh;
    });
    this.points = new Float32Array(neck.point_body.length * 3);
    this.matrices = new Float32Array(BODIES * 12);
    this.muscles = this.muscleMesh(THREE);
    this.scene.add(this.muscles);
    if (ghost) this.asGhost(false);
  }

  muscleMesh(THREE) {
    const { rings } = this.shared;
    const geometry = new THREE.BufferGeometry();
    const count = rings.total * SIDES;
    for (const name of ["position", "normal", "tint"]) {
      const attribute = new THREE.BufferAttribute(new Float32Array(count * 3), 3);
      attribute.setUsage(THREE.DynamicDrawUsage);
      geometry.setAttribute(name, attribute);
    }
    geometry.setIndex(new THREE.BufferAttribute(rings.index, 1));
    geometry.boundingSphere = new THREE.Sphere(new THREE.Vector3(-0.03, 0.42, 0), 0.5);
    const mesh = new THREE.Mesh(geometry, materialOf(THREE, [255, 255, 255], 1));
    mesh.frustumCulled = false;
    return mesh;
  }

  asGhost(ghost) {
    this.bones.forEach(({ material }, k) => {
      material.transparent = ghost;
      material.depthWrite = !ghost;
      material.uniforms.opacity.value = ghost ? 0.4 : 1;
      material.uniforms.plain.value.set(...fraction(ghost ? GHOST : TONES[this.shared.bones[k].tone]));
    });
    this.muscles.visible = !ghost;
    this.bodies[0].visible = !ghost;
  }

  pose(movement, where) {
    const [k, next, share] = where;
    const { quaternions: q, origins: o } = movement;
    for (let b = 0; b < BODIES; b++) {
      const i = (k * BODIES + b) * 4;
      const j = (next * BODIES + b) * 4;
      const same = q[i] * q[j] + q[i + 1] * q[j + 1] + q[i + 2] * q[j + 2] + q[i + 3] * q[j + 3];
      const far = same < 0 ? -share : share;
      let x = (1 - share) * q[i] + far * q[j];
      let y = (1 - share) * q[i + 1] + far * q[j + 1];
      let z = (1 - share) * q[i + 2] + far * q[j + 2];
      let w = (1 - share) * q[i + 3] + far * q[j + 3];
      const size = 1 / Math.hypot(x, y, z, w);
      x *= size; y *= size; z *= size; w *= size;
      const m = this.matrices;
      const at = b * 12;
      m[at] = 1 - 2 * (y * y + z * z); m[at + 1] = 2 * (x * y - z * w); m[at + 2] = 2 * (x * z + y * w);
      m[at + 4] = 2 * (x * y + z * w); m[at + 5] = 1 - 2 * (x * x + z * z); m[at + 6] = 2 * (y * z - x * w);
      m[at + 8] = 2 * (x * z - y * w); m[at + 9] = 2 * (y * z + x * w); m[at + 10] = 1 - 2 * (x * x + y * y);
      for (let c = 0; c < 3; c++)
        m[at + 4 * c + 3] = (1 - share) * o[(k * BODIES + b) * 3 + c] + share * o[(next * BODIES + b) * 3 + c];
      this.bodies[b].matrix.set(...m.subarray(at, at + 12), 0, 0, 0, 1);
      this.bodies[b].matrixWorldNeedsUpdate = true;
    }
    this.place();
  }

  place() {
    const { points, matrices: m } = this;
    const { point_body: body } = this.neck;
    const { local } = this.shared;
    for (let p = 0; p < body.length; p++) {
      const at = body[p] * 12;
      const x = local[3 * p], y = local[3 * p + 1], z = local[3 * p + 2];
      for (let c = 0; c < 3; c++)
        points[3 * p + c] = m[at + 4 * c] * x + m[at + 4 * c + 1] * y + m[at + 4 * c + 2] * z + m[at + 4 * c + 3];
    }
  }

  /* Muscles as spindles along their paths; those switched off shrink to nothing. */
  shape(visible, colours) {
    const { points } = this;
    const { rings, cosines, sines } = this.shared;
    const { position, normal, tint } = this.muscles.geometry.attributes;
    const P = position.array, N = normal.array, C = tint.array;
    let current = -1;
    let level = false;
    for (let r = 0; r < rings.total; r++) {
      const a = 3 * rings.from[r], b = 3 * rings.to[r], u = rings.share[r], m = rings.muscle[r];
      const before = 3 * rings.before[r], after = 3 * rings.after[r];
      let tx = points[after] - points[before], ty = points[after + 1] - points[before + 1], tz = points[after + 2] - points[before + 2];
      let size = 1 / (Math.hypot(tx, ty, tz) || 1);
      tx *= size; ty *= size; tz *= size;
      if (m !== current) {
        // All rings of a muscle are set up square to one axis, along which it does not run.
        current = m;
        level = Math.abs(tx) > 0.8;
      }
      let nx = level ? -tz : 0, ny = level ? 0 : tz, nz = level ? tx : -ty;
      size = 1 / (Math.hypot(nx, ny, nz) || 1);
      nx *= size; ny *= size; nz *= size;
      const bx = ty * nz - tz * ny, by = tz * nx - tx * nz, bz = tx * ny - ty * nx;
      const radius = visible[m] ? rings.radius[r] : 0;
      const cx = points[a] + u * (points[b] - points[a]);
      const cy = points[a + 1] + u * (points[b + 1] - points[a + 1]);
      const cz = points[a + 2] + u * (points[b + 2] - points[a + 2]);
      for (let s = 0; s < SIDES; s++) {
        const i = 3 * (r * SIDES + s);
        const dx = cosines[s] * nx + sines[s] * bx, dy = cosines[s] * ny + sines[s] * by, dz = cosines[s] * nz + sines[s] * bz;
        N[i] = dx; N[i + 1] = dy; N[i + 2] = dz;
        P[i] = cx + radius * dx; P[i + 1] = cy + radius * dy; P[i + 2] = cz + radius * dz;
        C[i] = colours[3 * m]; C[i + 1] = colours[3 * m + 1]; C[i + 2] = colours[3 * m + 2];
      }
    }
    position.needsUpdate = normal.needsUpdate = tint.needsUpdate = true;
  }
}

/* Where the rings of all muscles lie along their paths; the same in every picture. */
function ringsOf(neck) {
  const rows = { from: [], to: [], before: [], after: [], share: [], radius: [], muscle: [] };
  const index = [];
  let total = 0;
  neck.muscles.forEach((muscle, m) => {
    const path = muscle.points;
    const segments = path.length - 1;
    const each = segments === 1 ? 9 : 4;
    const first = total;
    for (let s = 0; s < segments; s++)
      for (let e = s === 0 ? 0 : 1; e <= each; e++) {
        const u = e / each;
        const along = (s + u) / segments;
        rows.from.push(path[s]);
        rows.to.push(path[s + 1]);
        rows.before.push(path[e === 0 && s > 0 ? s - 1 : s]);
        rows.after.push(path[e === each && s < segments - 1 ? s + 2 : s + 1]);
        rows.share.push(u);
        rows.radius.push(muscle.radius_m * (0.3 + 0.7 * Math.pow(Math.sin(Math.PI * along), 0.75)));
        rows.muscle.push(m);
        total++;
      }
    for (let r = first; r < total - 1; r++)
      for (let s = 0; s < SIDES; s++) {
        const a = r * SIDES + s, b = r * SIDES + ((s + 1) % SIDES);
        index.push(a, b, b + SIDES, a, b + SIDES, a + SIDES);
      }
  });
  const typed = (list) => Uint16Array.from(list);
  return {
    total,
    from: typed(rows.from), to: typed(rows.to), before: typed(rows.before), after: typed(rows.after),
    muscle: typed(rows.muscle), share: Float32Array.from(rows.share), radius: Float32Array.from(rows.radius),
    index: Uint32Array.from(index),
  };
}

function sharedOf(THREE, neck) {
  const local = unpack(neck.points);
  const bones = neck.solids.map(({ body, tone, vertices, faces }) => {
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", new THREE.BufferAttribute(unpack(vertices), 3));
    geometry.setIndex(new THREE.BufferAttribute(unpack(faces), 1));
    geometry.computeVertexNormals();
    return { body, tone, geometry };
  });
  const turn = Array.from({ length: SIDES }, (_, s) => (2 * Math.PI * s) / SIDES);
  return { local, bones, rings: ringsOf(neck), cosines: turn.map(Math.cos), sines: turn.map(Math.sin) };
}

/* Whether pictures are made without a graphics card. */
function isSoftware() {
  const context = document.createElement("canvas").getContext("webgl2");
  const about = context?.getExtension("WEBGL_debug_renderer_info");
  const name = about ? context.getParameter(about.UNMASKED_RENDERER_WEBGL) : "";
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software/i.test(name);
}

const signed = (value, positive, negative) => `${Math.abs(value).toFixed(0)}\u00b0 ${value >= 0 ? positive : negative}`;

/* How many scenes were made, so that no two share an identifier. */
let made = 0;

export function neckScene(root, neck, { THREE, OrbitControls }, { live = false } = {}) {
  const movements = neck.movements.map((one) => (live ? new LiveMovement(one) : new Movement(one)));
  const largest = neck.muscles.map((one) => one.largest_N);
  const duration = Math.max(...movements.map((one) => one.duration));
  const visible = new Uint8Array(neck.muscles.length).fill(1);
  const colours = new Float32Array(neck.muscles.length * 3);
  const top = live ? { ...LIVE_TOP } : {
    force: highest(movements, (one, i) => one.force_N[i]),
    share: highest(movements, (one, i) => one.force_N[i] / largest[i % largest.length]),
    activation: highest(movements, (one, i) => one.activation[i] / 255),
  };
  const state = { time: 0, playing: false, speed: 1, fine: 1, held: false, kind: "force", layout: movements.length > 1 ? "beside" : "first", dirty: true };
  const frames = [];
  const costs = [];
  let kept = null;

  root.replaceChildren();
  const style = element(root, "style");
  style.textContent = STYLE;
  const frame = element(root, "div", live ? "neck neck-live" : "neck");
  const stage = element(frame, "div", "neck-stage");
  const panel = element(frame, "div", "neck-panel");
  const line = element(frame, "div", "neck-time");
  const canvas = element(stage, "canvas");
  canvas.setAttribute("aria-label", `The neck in three dimensions: ${KEYS}`);
  canvas.title = "Drag or press arrow keys to turn, scroll or press + and - to come nearer or go farther";
  const names = movements.map((one) => element(stage, "div", "neck-name", one.name));
  const note = element(stage, "div", "neck-note");
  const tip = element(stage, "div", "neck-tip");

  const renderer = new THREE.WebGLRenderer({ canvas, antialias: !isSoftware() });
  renderer.setClearColor(0xf3f4f6);
  renderer.autoClear = false;
  const camera = new THREE.PerspectiveCamera(28, 1, 0.05, 5);
  const controls = new OrbitControls(camera, canvas);
  controls.target.set(-0.025, 0.44, 0);
  controls.minDistance = 0.25;
  controls.maxDistance = 2.5;
  controls.addEventListener("change", () => (state.dirty = true));
  viewKeys(canvas, { THREE, camera, controls, changed: () => (state.dirty = true) });
  const shared = sharedOf(THREE, neck);
  const necks = movements.map((_, k) => new Neck(THREE, neck, shared, k > 0));

  function view(direction) {
    const far = state.layout === "beside" ? 1.05 : 0.84;
    const length = Math.hypot(...direction);
    camera.position.set(
      controls.target.x + (direction[0] / length) * far,
      controls.target.y + (direction[1] / length) * far,
      controls.target.z + (direction[2] / length) * far,
    );
    controls.update();
    state.dirty = true;
  }

  function colour(movement, where) {
    const solved = movement.solved[where[0]];
    for (let m = 0; m < largest.length; m++)
      if (solved) ramp(movement.muscle(state.kind, m, largest, where) / top[state.kind], colours, 3 * m);
      else for (let c = 0; c < 3; c++) colours[3 * m + c] = NO_FORCE[c];
  }

  function update() {
    movements.forEach((movement, k) => {
      if (k > 0 && state.layout === "first") return;
      const where = movement.at(Math.min(state.time, movement.duration));
      necks[k].pose(movement, where);
      if (k > 0 && state.layout === "over") return;
      colour(movement, where);
      necks[k].shape(visible, colours);
    });
  }

  function draw() {
    const width = stage.clientWidth, height = stage.clientHeight;
    if (!width || !height) return;
    const beside = state.layout === "beside" && necks.length > 1;
    renderer.setScissorTest(true);
    const wide = beside ? width / 2 : width;
    camera.aspect = wide / height;
    camera.updateProjectionMatrix();
    const shown = state.layout === "first" ? 1 : necks.length;
    for (let k = 0; k < shown; k++) {
      const left = beside ? k * wide : 0;
      renderer.setViewport(left, 0, wide, height);
      renderer.setScissor(left, 0, wide, height);
      if (k === 0 || beside) renderer.clear();
      renderer.render(necks[k].scene, camera);
      names[k].style.left = `calc(${beside ? (100 * k) / necks.length : 0}% + .7rem)`;
      names[k].style.top = !beside && k > 0 ? "2.3rem" : ".6rem";
    }
    names.forEach((name, k) => (name.style.display = k < shown ? "" : "none"));
    drawCompass();
  }

  const compass = stage.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  compass.setAttribute("class", "neck-compass");
  compass.setAttribute("viewBox", "-56 -50 112 100");
  compass.setAttribute("aria-hidden", "true");
  const arm = new THREE.Vector3();
  function drawCompass() {
    const arms = [["front", 1, 0, 0], ["up", 0, 1, 0], ["right", 0, 0, 1]].map(([name, x, y, z]) => {
      arm.set(x, y, z).transformDirection(camera.matrixWorldInverse);
      return { name, x: 26 * arm.x, y: -26 * arm.y, z: arm.z };
    });
    compass.innerHTML = arms
      .sort((a, b) => a.z - b.z)
      .map(
        (one) =>
          `<line x1="0" y1="0" x2="${one.x}" y2="${one.y}" stroke="#444" stroke-width="1.6"/>` +
          (Math.abs(one.z) > 0.93 ? "" : `<text x="${one.x * 1.45}" y="${one.y * 1.45 + 3}" text-anchor="middle" fill="#333">${one.name}</text>`),
      )
      .join("");
  }

  /* The time line, which a live neck has not */
  const timing = live ? document.createElement("div") : line;
  const playing = element(timing, "button", "neck-play", "Play");
  playing.title = "Play or pause (space)";
  const slider = element(timing, "input");
  Object.assign(slider, { type: "range", min: 0, max: duration, step: Math.max(duration / 2000, 1e-4), value: 0 });
  slider.setAttribute("aria-label", "Time");
  const clock = element(timing, "output");
  const speed = element(timing, "select");
  speed.setAttribute("aria-label", "Speed");
  for (const [factor, words] of [[0.1, "a tenth of the speed"], [0.25, "quarter speed"], [0.5, "half speed"], [1, "real speed"], [2, "twice the speed"]]) {
    const option = element(speed, "option", "", words);
    option.value = factor;
    option.selected = factor === 1;
  }
  const angles = element(line, "div", "neck-angles");
  angles.id = `neck-angles-${++made}`;
  note.id = `neck-note-${made}`;
  canvas.setAttribute("aria-describedby", `${angles.id} ${note.id}`);
  const holding = live ? element(line, "button", "neck-hold") : null;
  if (live) {
    holding.onclick = () => hold(!state.held);
    hold(window.matchMedia("(prefers-reduced-motion: reduce)").matches);
  }
  playing.onclick = () => (state.playing ? pause() : play());
  slider.oninput = () => seek(Number(slider.value));
  speed.onchange = () => (state.speed = Number(speed.value));

  /* What is shown, from where, and in which colours */
  const title = (text) => element(panel, "h3", "neck-title", text);
  const row = (name) => {
    const buttons = element(panel, "div", "neck-row");
    buttons.setAttribute("role", "group");
    buttons.setAttribute("aria-label", name);
    return buttons;
  };
  title("View from");
  const views = row("View from");
  for (const [words, direction] of Object.entries(VIEWS)) element(views, "button", "", words).onclick = () => view(direction);
  title("Colour of the muscles");
  const kinds = element(panel, "select");
  kinds.setAttribute("aria-label", "Colour of the muscles");
  for (const [kind, { label, unit }] of Object.entries(COLOURS)) {
    const option = element(kinds, "option", "", `${label} [${unit}]`);
    option.value = kind;
  }
  kinds.onchange = () => show({ kind: kinds.value });
  let layouts = null;
  if (movements.length > 1) {
    title(movements[0].name);
    layouts = element(panel, "select");
    layouts.setAttribute("aria-label", movements[0].name);
    const other = movements[1].name.toLowerCase();
    const choices = [["beside", `beside ${other}`], ["over", `over ${other} (blue)`], ["first", "alone"]];
    for (const [value, words] of choices) element(layouts, "option", "", words).value = value;
    layouts.onchange = () => show({ layout: layouts.value });
  }
  title("Muscles");
  const quick = row("Muscles that are shown");
  const sets = { All: () => true, None: () => false, Right: (one) => one.side === "right", Left: (one) => one.side === "left" };
  for (const [words, wanted] of Object.entries(sets))
    element(quick, "button", "", words).onclick = () => {
      neck.muscles.forEach((one, m) => (visible[m] = wanted(one) ? 1 : 0));
      ticked();
    };
  const boxes = [];
  const values = [];
  for (const group of neck.groups) groupRow(group);

  function groupRow(group) {
    const set = element(panel, "div", "neck-set");
    const members = neck.muscles.map((one, m) => m).filter((m) => neck.muscles[m].group === group);
    const box = element(set, "input");
    box.type = "checkbox";
    box.setAttribute("aria-label", `Show ${group}`);
    const details = element(set, "details", "neck-group");
    details.ontoggle = () => tell();
    const summary = element(details, "summary");
    box.onchange = () => {
      members.forEach((m) => (visible[m] = box.checked ? 1 : 0));
      ticked();
    };
    boxes.push({ box, members });
    element(summary, "span", "", group.replaceAll("_", " "));
    const table = element(details, "table");
    const head = element(table, "tr");
    for (const words of ["Muscle", "right", "left"]) {
      const cell = element(head, "th", "", words);
      cell.colSpan = words === "Muscle" ? 1 : 2;
      cell.scope = words === "Muscle" ? "col" : "colgroup";
    }
    const byName = new Map();
    for (const m of members) {
      const { name, side } = neck.muscles[m];
      if (!byName.has(name)) byName.set(name, {});
      byName.get(name)[side] = m;
    }
    for (const [name, sides] of byName) {
      const row = element(table, "tr");
      element(row, "th", "", name).scope = "row";
      for (const side of ["right", "left"]) {
        const m = sides[side];
        const cell = element(row, "td");
        const single = element(cell, "input");
        single.type = "checkbox";
        single.setAttribute("aria-label", `Show ${name}, ${side}`);
        single.onchange = () => {
          visible[m] = single.checked ? 1 : 0;
          ticked();
        };
        boxes.push({ box: single, members: [m] });
        values.push({ cell: element(row, "td", "n"), m, details });
      }
    }
  }

  function ticked() {
    for (const { box, members } of boxes) {
      const on = members.filter((m) => visible[m]).length;
      box.checked = on === members.length;
      box.indeterminate = on > 0 && on < members.length;
    }
    state.dirty = true;
  }

  /* The legend */
  const legend = element(stage, "div", "neck-legend");
  const legendTitle = element(legend, "div");
  const bar = element(legend, "div", "neck-bar");
  bar.style.background = `linear-gradient(to right, ${RAMP.map((c) => `rgb(${c.join(",")})`).join(",")})`;
  const ticks = element(legend, "div", "neck-ticks");
  function relabel() {
    const { label, unit } = COLOURS[state.kind];
    legendTitle.textContent = `${label} [${unit}]`;
    const most = top[state.kind] * (unit === "%" ? 100 : 1);
    ticks.replaceChildren();
    for (const share of [0, 0.5, 1]) element(ticks, "span", "", `${Number((most * share).toPrecision(3))}`);
  }

  function written(kind, value) {
    return kind === "force" ? `${value.toFixed(1)} N` : `${(100 * value).toFixed(0)} %`;
  }

  function tell() {
    const [first] = movements;
    const where = first.at(Math.min(state.time, first.duration));
    clock.textContent = `${state.time.toFixed(2)} s of ${duration.toFixed(2)} s`;
    slider.value = state.time;
    const [flexion, bending, turning] = [0, 1, 2].map((c) => first.angles_deg[3 * where[0] + c]);
    angles.textContent = `Head on trunk: ${signed(flexion, "flexion", "extension")}, ${signed(bending, "right", "left")} bending, ${signed(turning, "right", "left")} rotation`;
    const known = first.known[where[0]], solved = first.solved[where[0]];
    const gap = known ? "No forces here: the muscles could not be solved for this frame" : "Marker gap: the posture is not known here";
    note.textContent = live ? (state.held ? HELD : first.note) : known && solved ? "" : gap;
    note.style.display = note.textContent ? "block" : "none";
    for (const { cell, m, details } of values)
      if (details.open) cell.textContent = solved ? written(state.kind, first.muscle(state.kind, m, largest, where)) : "\u2013";
  }

  /* What the pointer is on */
  const ray = new THREE.Raycaster();
  let hover = null;
  canvas.addEventListener("pointermove", (event) => {
    hover = event.buttons ? null : { x: event.offsetX, y: event.offsetY };
    state.hovering = true;
  });
  canvas.addEventListener("pointerleave", () => ((hover = null), (state.hovering = true)));
  function pick() {
    state.hovering = false;
    tip.style.display = "none";
    if (!hover) return;
    const beside = state.layout === "beside" && necks.length > 1;
    const wide = stage.clientWidth / (beside ? 2 : 1);
    const k = beside && hover.x > wide ? 1 : 0;
    ray.setFromCamera(new THREE.Vector2((2 * (hover.x - k * wide)) / wide - 1, 1 - (2 * hover.y) / stage.clientHeight), camera);
    const [hit] = ray.intersectObject(necks[k].muscles);
    if (!hit) return;
    const m = shared.rings.muscle[Math.floor(hit.face.a / SIDES)];
    if (!visible[m]) return;
    const movement = movements[k];
    const where = movement.at(Math.min(state.time, movement.duration));
    const value = movement.solved[where[0]] ? written(state.kind, movement.muscle(state.kind, m, largest, where)) : "no force";
    tip.textContent = `${neck.muscles[m].name}, ${neck.muscles[m].side}: ${value}`;
    tip.style.display = "block";
    tip.style.left = `${Math.min(hover.x + 12, stage.clientWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${hover.y + 14}px`;
  }

  /* The loop: pictures only where something changed */
  let last = null;
  let alive = true;
  let told = 0;
  let gliding = false;
  let moved = false;
  function loop(now) {
    if (!alive) return;
    requestAnimationFrame(loop);
    if (state.playing && last !== null) {
      state.time += ((now - last) / 1000) * state.speed;
      if (state.time >= duration) state.time = duration ? state.time % duration : 0;
      count(now);
    } else if (live && last !== null && (gliding || movements[0].glides)) {
      // Once more when it has arrived.
      gliding = movements[0].glides;
      count(now);
    }
    if (live && moved !== moves()) {
      moved = moves();
      resize();
    }
    last = now;
    controls.update();
    if (state.dirty) {
      state.dirty = false;
      const begun = performance.now();
      update();
      draw();
      costs.push(performance.now() - begun);
      if (costs.length > 240) costs.shift();
      if (!(state.playing || gliding) || now - told > 90) {
        tell();
        told = now;
      }
    }
    if (state.hovering) pick();
  }

  function count(now) {
    state.dirty = true;
    frames.push(now);
    if (frames.length > 240) frames.shift();
    keepUp(now - last);
  }

  /* While it plays, pictures get coarser rather than late; at rest they are fine again. */
  let late = 0;
  function keepUp(took) {
    late = 0.9 * late + 0.1 * (took * LOWEST_RATE > 1050 ? 1 : 0);
    if (late > 0.5 && state.fine > 0.55) {
      state.fine *= 0.8;
      late = 0;
      resize();
    }
  }

  function resize() {
    const { clientWidth: width, clientHeight: height } = stage;
    if (!width || !height) return;
    renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2) * (moves() ? state.fine : 1));
    renderer.setSize(width, height, false);
    state.dirty = true;
  }
  function moves() {
    return live ? performance.now() - movements[0].since < REST_MS : state.playing;
  }
  const watcher = new ResizeObserver(resize);
  watcher.observe(stage);

  function play() {
    frames.length = 0;
    state.playing = true;
    playing.textContent = "Pause";
    resize();
  }
  function pause() {
    state.playing = false;
    playing.textContent = "Play";
    resize();
  }
  function seek(time) {
    state.time = Math.min(duration, Math.max(0, time));
    state.dirty = true;
  }
  function show(change) {
    Object.assign(state, change);
    kinds.value = state.kind;
    if (layouts) layouts.value = state.layout;
    if (necks.length > 1) necks[1].asGhost(state.layout === "over");
    relabel();
    state.dirty = true;
  }
  function hold(held) {
    state.held = held;
    holding.textContent = held ? "Follow the neck" : "Hold the picture";
    state.dirty = true;
    if (!held && kept) push(kept);
  }
  function push(moment) {
    kept = moment;
    if (state.held) return;
    movements[0].push(moment);
    if (["force", "share", "activation"].filter(outgrown).length) relabel();
    state.dirty = true;
  }
  /* Colours keep their meaning: they end further up only for what lasts, and never lower. */
  const most = { force: [], share: [], activation: [] };
  function outgrown(kind) {
    most[kind].push(Math.max(...largest.map((_, m) => movements[0].muscle(kind, m, largest, [1, 1, 0]))));
    if (most[kind].length > LASTING) most[kind].shift();
    const lasts = most[kind].length < LASTING ? 0 : Math.min(...most[kind]);
    if (lasts <= top[kind]) return false;
    top[kind] = roundedUp(lasts);
    return true;
  }
  function stats() {
    const span = frames.length > 1 ? (frames[frames.length - 1] - frames[0]) / 1000 : 0;
    const cost = costs.reduce((sum, one) => sum + one, 0) / (costs.length || 1);
    return { cost_ms: cost, muscles: [...visible].filter(Boolean).length, fps: span ? (frames.length - 1) / span : 0, frames: movements[0].time.length, time: state.time, playing: state.playing, fine: state.fine, ...(live ? { pushed: movements[0].pushed, top: top[state.kind] } : {}) };
  }
  function dispose() {
    alive = false;
    watcher.disconnect();
    controls.dispose();
    for (const { geometry } of shared.bones) geometry.dispose();
    for (const one of necks) one.muscles.geometry.dispose();
    renderer.dispose();
    root.replaceChildren();
  }

  frame.tabIndex = -1;
  frame.addEventListener("keydown", (event) => {
    if (!live && event.key === " " && !["BUTTON", "SELECT", "INPUT", "SUMMARY"].includes(event.target.tagName)) {
      event.preventDefault();
      playing.click();
    }
  });
  resize();
  ticked();
  show({});
  view([0.75, 0.22, 1]);
  requestAnimationFrame(loop);
  return live ? { push, show, stats, dispose } : { play, pause, seek, show, stats, dispose };
}

/* The largest value but for the odd spike, rounded up, so that the colours are used. */
function highest(movements, value) {
  const all = [];
  for (const one of movements) {
    const step = Math.max(1, Math.floor(one.force_N.length / 40000));
    for (let i = 0; i < one.force_N.length; i += step) all.push(value(one, i));
  }
  all.sort((a, b) => a - b);
  return roundedUp(all[Math.floor(0.998 * (all.length - 1))] || 1);
}

function roundedUp(high) {
  const unit = Math.pow(10, Math.floor(Math.log10(high)));
  return [1, 2, 3, 4, 5, 6, 8, 10].find((k) => k * unit >= high * 0.999) * unit;
}
