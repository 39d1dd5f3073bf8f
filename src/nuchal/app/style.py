"""How the page looks: one sheet, no colours that only some people can tell apart."""

from typing import Final

PRIMARY: Final = "#00558c"
COLOURS: Final = {
    "primary": PRIMARY,
    "secondary": "#4a5560",
    "accent": "#b3541e",
    "positive": "#1b6e53",
    "negative": "#a3260b",
    "warning": "#b7791f",
    "info": PRIMARY,
}
SHEET: Final = """
body { background: #fbfbfa; color: #222; font-family: system-ui, "Segoe UI", Roboto, sans-serif; }
.nicegui-content { max-width: 84rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; gap: 1rem;
  align-items: stretch; }
.top { display: flex; align-items: baseline; gap: 1rem; flex-wrap: wrap; width: 100%; }
.top .name { font-size: 1.7rem; font-weight: 700; color: #00436e; letter-spacing: -.01em; }
.top .says { color: #4a5560; font-size: 1.02rem; flex: 1 1 20rem; }
.small { color: #4a5560; font-size: .9rem; line-height: 1.45; }
.lead { font-size: 1.02rem; line-height: 1.5; max-width: 60rem; }
.q-stepper { box-shadow: none !important; border: 1px solid #d9dce1; border-radius: 8px;
  width: 100%; }
.q-stepper__title { font-size: 1.02rem; }
.q-stepper__step-inner { padding: 1.25rem 1.5rem 1.5rem !important; }
.q-stepper__header { border-bottom: 1px solid #d9dce1; }
.row-of-cards { display: grid; gap: 1.25rem; width: 100%;
  grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); }
.card { border: 1px solid #d9dce1; border-radius: 8px; padding: 1rem 1.1rem; background: #fff;
  display: flex; flex-direction: column; gap: .6rem; }
.card .q-field { width: 100%; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.card h2, .part { font-size: 1.05rem; font-weight: 600; line-height: 1.3; margin: 0; }
.drawing { height: 17rem; width: 100%; }
.problem { border-left: 5px solid #a3260b; background: #fbeeea; padding: .6rem .9rem;
  border-radius: 4px; line-height: 1.45; width: 100%; overflow-wrap: anywhere; }
.advice { border-left: 5px solid #b7791f; background: #fdf6e6; padding: .6rem .9rem;
  border-radius: 4px; line-height: 1.45; width: 100%; }
.good { border-left: 5px solid #1b6e53; background: #edf6f2; padding: .6rem .9rem;
  border-radius: 4px; line-height: 1.45; width: 100%; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) 23rem; gap: 1.25rem; width: 100%; }
.two > :first-child { position: sticky; top: 1rem; align-self: start; }
@media (max-width: 64rem) {
  .two { grid-template-columns: 1fr; }
  .two > :first-child { position: static; }
}
.drop { width: 100% !important; max-height: none !important; box-shadow: none !important;
  border: 2px dashed #7c93a6 !important; border-radius: 8px !important; background: #f4f8fb; }
.drop .q-uploader__list { min-height: 3.5rem; padding: .6rem; }
.q-uploader__subtitle { display: none; }
.q-uploader__title { white-space: normal; line-height: 1.35; font-size: 1rem; }
.drop .q-uploader__header { background: transparent; color: #00436e; }
.drop.q-uploader--dnd, .drop .q-uploader__dnd { outline: 3px solid #00558c; }
.line { display: grid; grid-template-columns: minmax(9rem, 1.4fr) minmax(12rem, 2fr) 13rem 2.5rem;
  gap: .8rem; align-items: center; width: 100%; padding: .45rem .3rem;
  border-bottom: 1px solid #e6e8eb; }
.line .file { font-weight: 600; overflow-wrap: anywhere; }
.mapping { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.25fr);
  gap: .1rem .7rem; align-items: center; width: 100%; }
.mapping .what { line-height: 1.25; }
.small-drop { width: 24rem !important; }
.small-drop .q-uploader__list { display: none; }
.stage { height: 34rem; width: 100%; }
.neck-stage-frame { height: 44rem; width: 100%; }
.report { width: 100%; height: 75vh; border: 1px solid #d9dce1; border-radius: 6px;
  background: #fff; }
.foot { display: flex; gap: 1rem; flex-wrap: wrap; align-items: center; width: 100%; }
.push { flex: 1 1 auto; }
.q-tab-panel { padding: 1rem 0 0 !important; }
.q-btn { text-transform: none; }
"""
FAVICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#00558c"/>'
    '<g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round">'
    '<path d="M11 7h10M10.5 12.500h10M10 18h10M10.500 23.500h10"/></g></svg>'
)
