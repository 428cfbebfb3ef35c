"""How the page looks: the player's own night, with amber for ours alone."""

STYLE = """
:root{color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;background:#0A0D14;color:#F2F4F8;font:15px/1.5 Inter,system-ui,sans-serif;
font-feature-settings:"tnum"}
main{max-width:1320px;margin:0 auto;padding:56px 40px 96px}
h1{font-size:52px;line-height:1.1;font-weight:600;letter-spacing:-.025em;margin:0 0 8px}
h2{font-size:34px;font-weight:600;letter-spacing:-.02em;margin:0 0 8px}
h3{font-size:15px;font-weight:600;color:#9AA6B8;margin:32px 0 8px}
h4{font-size:14px;font-weight:600;margin:20px 0 0}
small{font-size:14px;font-weight:400;letter-spacing:0;color:#9AA6B8;margin-left:8px}
p{margin:8px 0;max-width:76ch;color:#9AA6B8}
.lead{font-size:24px;color:#F2F4F8;margin-bottom:16px}
.note{font-size:14px}
section{margin-top:56px;padding:32px;background:#121722;border-radius:16px}
.wide{overflow-x:auto;margin:24px 0 8px}
table{border-collapse:collapse;width:100%;font-size:14px;white-space:nowrap}
th{font-weight:500;color:#66728A;text-align:right;padding:6px 8px;vertical-align:bottom}
td{text-align:right;padding:7px 8px;color:#9AA6B8;border-top:1px solid #1B2230}
section td{border-color:#263042}
th:first-child,td:first-child{text-align:left;padding-left:0}
section#live td:nth-child(2),section#live th:nth-child(2){text-align:left}
section#live tr:not(.first) td{border-top-color:transparent}
.best{color:#F2F4F8;font-weight:600}
.ours,tr.ours td{color:#FFB547}
td.missed,p.missed{color:#FF5A4E}
td.met{color:#F2F4F8}
p.met{color:#8FD3B6}
.faint{color:#66728A}
a{color:inherit;text-decoration:underline;text-decoration-color:#263042;text-underline-offset:4px}
.key span{display:inline-flex;align-items:center;margin-right:20px}
.key i{width:12px;height:12px;border-radius:6px;margin-right:8px}
svg{display:block;width:100%;height:auto;margin:4px 0 8px}
svg text{font:12px Inter,system-ui,sans-serif;font-feature-settings:"tnum"}
details{margin-top:12px;padding:14px 18px;background:#0E131D;border-radius:12px}
summary{cursor:pointer;font-weight:600;color:#F2F4F8}
@media(max-width:900px){main{padding:32px 12px}section{padding:20px 16px;overflow-x:auto}
svg{min-width:860px}h1{font-size:38px}}
"""
