/// The style sheet of all figures, light and dark. Colour-blind readers can tell the colours apart (Okabe and
/// Ito 2008).
package enum FigureStyle {
  package static let sheet = """
    .figure{--ink:#1c2430;--faint:#8a94a3;--rule:#dfe3e9;--paper:#fff;--node:#eef1f5;--blue:#0072b2;\
    --orange:#d98200;--green:#009e73;--red:#d55e00;--pink:#c45f95;--sky:#56b4e9;--grey:#8a94a3;\
    font:13px system-ui,sans-serif;color:var(--ink)}\
    @media(prefers-color-scheme:dark){.figure{--ink:#e6eaf0;--faint:#8d98a8;--rule:#323a46;--paper:#171c23;\
    --node:#252c36;--blue:#4ba6de;--orange:#f0a63a;--green:#2fc79a;--red:#f0834a;--pink:#e08fbb;\
    --sky:#7cc8f2}}\
    .figure text{fill:var(--ink)}.figure .faint{fill:var(--faint)}.figure .small{font-size:11px}\
    .figure .axis{stroke:var(--faint);fill:none}.figure .rule{stroke:var(--rule);fill:none}\
    .figure polyline,.figure path{fill:none;stroke-width:2;stroke-linejoin:round}\
    .figure .axis,.figure .rule{stroke-width:1}\
    .figure .c0{stroke:var(--blue)}.figure .c1{stroke:var(--orange)}.figure .c2{stroke:var(--green)}\
    .figure .c3{stroke:var(--pink)}.figure .c4{stroke:var(--sky)}.figure .c5{stroke:var(--red)}\
    .figure rect.c0,.figure circle.c0{fill:var(--blue)}.figure rect.c1,.figure circle.c1{fill:var(--orange)}\
    .figure rect.c2,.figure circle.c2{fill:var(--green)}.figure rect.c3,.figure circle.c3{fill:var(--pink)}\
    .figure rect.c4,.figure circle.c4{fill:var(--sky)}.figure rect.c5,.figure circle.c5{fill:var(--red)}\
    .figure circle{stroke:none;opacity:.55}\
    .figure .node{fill:var(--node);stroke:var(--rule)}\
    .figure .known{fill:var(--paper);stroke:var(--green);stroke-width:2.5}\
    .figure .found{stroke:var(--green)}.figure .missed{stroke:var(--red);stroke-dasharray:5 4}\
    .figure .wrong{stroke:var(--grey);stroke-width:1.3}\
    .figure .box{fill:var(--node);stroke:var(--ink);stroke-width:1.2}\
    .figure .median{stroke:var(--ink);stroke-width:2.5}\
    .figure .inside{fill:var(--green)}.figure .outside{fill:var(--grey)}\
    .figure .band{fill:var(--rule);opacity:.45}
    """
}
