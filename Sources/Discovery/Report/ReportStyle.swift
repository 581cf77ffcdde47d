/// The style sheet of a report's page.
enum ReportStyle {
  static let sheet = """
    :root{--text:#1c2430;--soft:#5d6878;--line:#dfe3e9;--back:#f6f7f9;--card:#fff;--mark:#0072b2}
    @media(prefers-color-scheme:dark){:root{--text:#e6eaf0;--soft:#9aa5b4;--line:#2d3540;--back:#0f1318;\
    --card:#171c23;--mark:#4ba6de}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
    main{max-width:1120px;margin:0 auto;padding:20px 16px 60px}
    h1{font-size:1.6rem;margin:.2em 0 .6em}
    h2{font-size:1.15rem;margin:1.8em 0 .6em}
    .note{color:var(--soft);font-size:.88rem;margin:.4em 0}
    .cards{list-style:none;display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px;\
    padding:0;margin:0}
    .cards li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px}
    .cards b{display:block;font-size:1.15rem}.cards span{color:var(--soft);font-size:.85rem}
    .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;\
    margin:10px 0}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{text-align:right;padding:6px 12px;white-space:nowrap;border-bottom:1px solid var(--line)}
    th:first-child,td:first-child{text-align:left}
    th{color:var(--soft);font-weight:600;font-size:.85rem}
    tbody tr:last-child td{border-bottom:0}
    .row{display:grid;grid-template-columns:minmax(150px,2fr) repeat(auto-fit,minmax(64px,1fr));gap:8px;\
    align-items:baseline;padding:8px 14px;font-variant-numeric:tabular-nums}
    .row span{text-align:right}.row span:first-child{text-align:left}
    .row i{display:none;font-style:normal;color:var(--soft);font-size:.72rem}
    .row.head{color:var(--soft);font-size:.85rem;font-weight:600}
    .row .name{font-weight:600;overflow-wrap:anywhere}
    details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:6px 0}
    summary{cursor:pointer;list-style:none}
    summary::-webkit-details-marker{display:none}
    summary .name::before{content:"▸";color:var(--mark);display:inline-block;width:1em}
    details[open] summary .name::before{content:"▾"}
    details[open] summary{border-bottom:1px solid var(--line)}
    .behind{padding:6px 14px 14px}
    .facts{color:var(--soft);font-size:.9rem;padding-left:1.1em;margin:.5em 0}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:14px}
    figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px;\
    text-align:center}
    .figures svg{width:100%;height:auto;max-width:560px}
    figcaption{color:var(--soft);font-size:.85rem}
    @media(max-width:700px){
    .row.head{display:none}
    .row{grid-template-columns:repeat(4,1fr);gap:6px 10px}
    .row .name{grid-column:1/-1}
    .row i{display:block}
    .row span{text-align:left}
    }
    """
}
