/** The look of a brief: one column of calm text, light and dark, good on paper. No web font, no image. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1f2328;--soft:#5d6670;--line:#e2ded5;--tint:#f2efe8;--accent:#1d5f6e;--mark:#ffe9a8;--warn:#9a3b1f}
@media (prefers-color-scheme:dark){:root{--paper:#16191c;--ink:#e4e2dc;--soft:#9aa3ab;--line:#2d3338;--tint:#1e2327;--accent:#7cc4d3;--mark:#5d4c12;--warn:#f0a184}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,Georgia,serif}
main{max-width:52rem;margin:0 auto;padding:3.5rem 1.5rem 5rem}
header{border-bottom:1px solid var(--line);padding-bottom:1.5rem;margin-bottom:1rem}
h1{font-size:2.05rem;line-height:1.2;font-weight:600;margin:0 0 .8rem;text-wrap:balance;overflow-wrap:anywhere}
h2{font:600 .82rem/1.3 ui-sans-serif,system-ui,sans-serif;letter-spacing:.09em;text-transform:uppercase;color:var(--accent);margin:2.8rem 0 .9rem}
.scope{font:.88rem/1.5 ui-sans-serif,system-ui,sans-serif;color:var(--soft);margin:0}
.badge{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:.1rem .7rem;margin-left:.4rem;color:var(--ink);background:var(--tint)}
.answer{font-size:1.35rem;line-height:1.45;margin:1.6rem 0}
p,li,td,th,blockquote{overflow-wrap:anywhere}
ol,ul{padding-left:1.4rem;margin:0}
li{margin:.55rem 0}
.points>li::marker{color:var(--accent);font-weight:600}
.timeline{list-style:none;padding:0 0 0 1.1rem;border-left:2px solid var(--line)}
.timeline li{position:relative;margin:1rem 0}
.timeline li::before{content:"";position:absolute;left:-1.45rem;top:.55rem;width:.6rem;height:.6rem;border-radius:50%;background:var(--accent);border:2px solid var(--paper)}
.timeline time{display:block;font:600 .85rem/1.4 ui-sans-serif,system-ui,sans-serif;color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:.95rem}
.scroll{overflow-x:auto}
th{font:600 .8rem/1.4 ui-sans-serif,system-ui,sans-serif;text-align:left;color:var(--soft)}
th,td{padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child{font-weight:600;min-width:9rem}
.dispute{border:1px solid var(--line);border-left:4px solid var(--warn);border-radius:.4rem;padding:1rem 1.2rem;margin:1rem 0;break-inside:avoid}
.dispute h3{font-size:1.02rem;margin:0 0 .6rem;font-weight:600}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem}
.sides>div{background:var(--tint);border-radius:.3rem;padding:.7rem .9rem}
.sides b{display:block;font:600 .82rem/1.4 ui-sans-serif,system-ui,sans-serif;color:var(--soft);margin-bottom:.25rem}
.disputed{font:600 .72rem/1 ui-sans-serif,system-ui,sans-serif;color:var(--warn);border:1px solid var(--warn);border-radius:.3rem;padding:.05rem .34rem;vertical-align:.18em}
.notes{font-size:.95rem;color:var(--soft)}
details.cite{display:inline;margin-left:.2rem}
details.cite summary{display:inline;list-style:none;cursor:pointer;font:600 .72rem/1 ui-sans-serif,system-ui,sans-serif;color:var(--accent);border:1px solid var(--line);border-radius:.3rem;padding:.08rem .34rem;vertical-align:.18em}
details.cite summary::-webkit-details-marker{display:none}
details.cite summary:hover,details.cite[open] summary{background:var(--tint)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.excerpt{display:block;margin:.6rem 0 .8rem;padding:.7rem 1rem;background:var(--tint);border-left:3px solid var(--accent);border-radius:.2rem;font-size:.93rem;font-weight:400;color:var(--soft);white-space:pre-line}
.excerpt mark{background:var(--mark);color:var(--ink);padding:.05rem .1rem}
.place{display:block;font:.78rem/1.4 ui-sans-serif,system-ui,sans-serif;margin-bottom:.3rem}
.sources{font-size:.85rem;color:var(--soft);padding-left:2.2rem}
.sources li{margin:.3rem 0}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem;font-size:.88rem;color:var(--soft)}
@media print{body{font-size:10.5pt;background:#fff;color:#000}main{max-width:none;padding:0}details.cite>:not(summary){display:none}h2{break-after:avoid}li,tr{break-inside:avoid}}
`;
