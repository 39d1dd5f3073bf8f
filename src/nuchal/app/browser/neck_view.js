/* The scene of a neck in motion as an element of the page; a live one moves as it is told. */
import { OrbitControls, THREE } from "nicegui-scene";
import { neckScene } from "nuchal-scene/neck_scene.js";

export default {
  template: `<div><div ref="root" style="height:100%"></div><div ref="told" role="status"></div></div>`,
  props: { url: String, live: Boolean },
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
  },
  methods: {
    async load() {
      this.scene?.dispose();
      this.scene = null;
      this.$refs.told.textContent = "Loading the neck ...";
      const asked = this.url;
      const answer = await fetch(asked);
      if (!answer.ok) {
        this.$refs.told.textContent = `The neck is not there any more; ${this.live ? "open the page" : "run the analysis"} again.`;
        return;
      }
      const neck = await answer.json();
      if (asked !== this.url) return;
      this.$refs.told.textContent = "";
      this.scene = neckScene(this.$refs.root, neck, { THREE, OrbitControls }, { live: this.live });
      if (this.moment) this.scene.push(this.moment);
      window.nuchalNeck = this.scene;
    },
    push(moment) {
      this.moment = moment;
      this.scene?.push(moment);
    },
  },
};
