/* The scene of a recording's markers as an element of the page. */
import { CSS2DObject, CSS2DRenderer, OrbitControls, THREE } from "nicegui-scene";
import { markerScene } from "nuchal-markers/marker_scene.js";

export default {
  template: `<div><div ref="root" style="height:100%"></div></div>`,
  props: { url: String, found: Object, up: String, forward: String, picked: String },
  mounted() {
    this.load();
  },
  unmounted() {
    this.scene?.dispose();
  },
  watch: {
    url() {
      this.load();
    },
    found: { handler: "tell", deep: true },
    up: "tell",
    forward: "tell",
    picked: "tell",
  },
  methods: {
    async load() {
      const asked = this.url;
      if (!asked) return;
      const answer = await fetch(asked);
      if (!answer.ok || asked !== this.url) return;
      const recording = await answer.json();
      this.scene?.dispose();
      this.scene = markerScene(this.$refs.root, recording, {
        THREE,
        OrbitControls,
        CSS2DObject,
        CSS2DRenderer,
        pick: (name) => this.$emit("pick", name),
      });
      this.tell();
    },
    tell() {
      this.scene?.tell({ found: this.found || {}, up: this.up, forward: this.forward, picked: this.picked });
    },
  },
};
