/* Browsers start no worker from a file: this runs the one of the search in a hidden frame, so that
   searching works in a copy of the site that lies on a disk. Elsewhere it does nothing. */
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      this.inside = new Promise((ready) => {
        frame.contentWindow.answer = (data) =>
          this.dispatchEvent(new MessageEvent("message", { data }))
        const tag = document.createElement("i")
        tag.textContent = address
        frame.contentDocument.open()
        frame.contentDocument.write(
          "<!doctype html><script>window.postMessage = window.answer</" + "script>" +
          `<script src="${tag.innerHTML}"></` + "script>")
        frame.contentDocument.close()
        frame.contentWindow.addEventListener("load", () => ready(frame.contentWindow))
      })
    }
    postMessage(data) {
      this.inside.then((inside) => inside.dispatchEvent(new MessageEvent("message", { data })))
    }
    terminate() {}
  }
  window.Worker = window.IFrameWorker
}
