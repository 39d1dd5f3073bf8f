/* Turning a view in three dimensions without a mouse.

   viewKeys(canvas, { THREE, camera, controls, changed }) makes the canvas a place that the keyboard
   reaches: arrow keys turn the view about the target of `controls`, + and - come nearer and go
   farther. `changed` is called after each. Whichever way is up for the camera stays up. */

const TURN = Math.PI / 24;
const NEARER = 0.9;
/* How near the view comes to straight from above or below [radians]. */
const STEEPEST = 0.08;
const TURNS = { ArrowLeft: [-TURN, 0], ArrowRight: [TURN, 0], ArrowUp: [0, -TURN], ArrowDown: [0, TURN] };
const ZOOMS = { "+": NEARER, "=": NEARER, "-": 1 / NEARER, _: 1 / NEARER };

export const KEYS = "arrow keys turn it, plus and minus come nearer and go farther";

export function viewKeys(canvas, { THREE, camera, controls, changed }) {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "view in three dimensions");
  const from = new THREE.Vector3();
  const side = new THREE.Vector3();
  function turn(round, over) {
    from.applyAxisAngle(camera.up, round);
    const steep = from.angleTo(camera.up);
    const wanted = Math.min(Math.PI - STEEPEST, Math.max(STEEPEST, steep + over));
    side.crossVectors(camera.up, from).normalize();
    from.applyAxisAngle(side, wanted - steep);
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const turned = TURNS[event.key];
    const zoomed = ZOOMS[event.key];
    if (!turned && !zoomed) return;
    event.preventDefault();
    from.copy(camera.position).sub(controls.target);
    if (turned) turn(...turned);
    else from.setLength(Math.min(controls.maxDistance, Math.max(controls.minDistance, from.length() * zoomed)));
    camera.position.copy(controls.target).add(from);
    controls.update();
    changed();
  });
}
