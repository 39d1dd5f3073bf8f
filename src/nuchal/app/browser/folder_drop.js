/* A folder that is dropped or chosen: the server says which of its files it wants, and gets those. */

const AT_ONCE = 3;

const isSeen = (path) => !path.split("/").some((part) => part.startsWith("."));

async function within(entry, wanted, found) {
  const path = entry.fullPath.replace(/^\//, "");
  if (!isSeen(path)) return;
  if (entry.isFile) {
    if (wanted(path)) {
      found.push({ path, file: await new Promise((give, fail) => entry.file(give, fail)) });
    }
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!some.length) return;
    for (const one of some) await within(one, wanted, found);
  }
}

export default {
  template: `
    <div class="folder-drop" :class="{ over: isOver, off: disabled || isSending, another }"
      @dragover.prevent="isOver = !disabled" @dragleave="isOver = false"
      @drop.prevent="dropped">
      <i class="q-icon material-icons" aria-hidden="true">drive_folder_upload</i>
      <span>Drop {{ another ? "another" : "the" }} folder here, or</span>
      <label class="folder-choose">choose it
        <input ref="input" type="file" webkitdirectory multiple :disabled="disabled || isSending"
          aria-label="Folder of the study" @change="chosen">
      </label>
    </div>`,
  props: { url: String, suffixes: Array, disabled: Boolean, another: Boolean },
  data: () => ({ isOver: false, isSending: false }),
  methods: {
    wanted(path) {
      const lower = path.toLowerCase();
      return isSeen(path) && this.suffixes.some((suffix) => lower.endsWith(suffix));
    },
    async dropped(event) {
      this.isOver = false;
      if (this.disabled || this.isSending) return;
      const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.());
      const found = [];
      try {
        for (const entry of entries) if (entry) await within(entry, this.wanted, found);
      } catch (problem) {
        this.$emit("sent", problem.message);
        return;
      }
      await this.send(found);
    },
    async chosen() {
      const found = [...this.$refs.input.files]
        .map((file) => ({ path: file.webkitRelativePath, file }))
        .filter((one) => this.wanted(one.path));
      await this.send(found);
      this.$refs.input.value = "";
    },
    async send(found) {
      this.isSending = true;
      try {
        const listing = found.map(({ path, file }) => [path, file.size]);
        const answer = await this.post("list", JSON.stringify(listing));
        this.$emit("listed");
        if (answer?.ok) this.$emit("sent", await this.sendAll(found, await answer.json()));
      } finally {
        this.isSending = false;
      }
    },
    async sendAll(found, { key, wanted }) {
      let lost = null;
      const some = async () => {
        while (wanted.length && lost === null) {
          const number = wanted.shift();
          const answer = await this.post(`${key}/${number}`, found[number].file);
          if (!answer?.ok) lost = found[number].path;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, some));
      return lost;
    },
    post(where, body) {
      return fetch(`${this.url}/${where}`, { method: "POST", body }).catch(() => null);
    },
  },
};
