"""500 ways to have a script run by the text of a case, and that none of them does."""
from concurrent.futures import ThreadPoolExecutor

from chrome import Chrome
from house import House

# What runs where it is let run: it marks the document, so that it is seen.
RUN = "document.documentElement.dataset.hit=1"
CALLS = [
    f"{RUN}",
    f"eval('{RUN}')",
    f"top.{RUN}",
    f"setTimeout('{RUN}')",
    "alert(1)",
]
# %s is the call.
SHAPES = [
    "<script>%s</script>",
    "<ScRiPt >%s</sCrIpT>",
    "</title><script>%s</script>",
    "</textarea><script>%s</script>",
    "</p></div></main><script>%s</script>",
    "--><script>%s</script><!--",
    "]]><script>%s</script>",
    "<script src=data:text/javascript,%s></script>",
    "<script/x>%s</script/y>",
    "<<script>%s//<</script>",
    "<scr<script>ipt>%s</scr</script>ipt>",
    "<svg><script>%s</script></svg>",
    "<svg onload=%s>",
    "<svg/onload=%s//",
    "<svg><animate onbegin=%s attributeName=x dur=1s>",
    "<svg><set onbegin=%s attributeName=x>",
    "<svg><a xlink:href='javascript:%s'><text y=20>x</text></a></svg>",
    "<svg><foreignObject><iframe onload=%s></iframe></foreignObject></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src=x onerror=%s>",
    "<math href='javascript:%s'>x</math>",
    "<img src=x onerror=%s>",
    "<img src=x onerror=\"%s\">",
    "<img src=`x` onerror=%s>",
    "<img/src/onerror=%s>",
    "<IMG SRC=javascript:%s>",
    "<image href=x onerror=%s>",
    "<img srcset=x onerror=%s>",
    "<body onload=%s>",
    "<body onpageshow=%s>",
    "<html onmouseover=%s>",
    "<iframe src='javascript:%s'></iframe>",
    "<iframe srcdoc='<script>parent.%s</script>'></iframe>",
    "<iframe onload=%s></iframe>",
    "<frameset onload=%s>",
    "<object data='javascript:%s'></object>",
    "<object data='data:text/html,<script>%s</script>'></object>",
    "<embed src='javascript:%s'>",
    "<a href='javascript:%s' autofocus>x</a>",
    "<a href='  jav&#x09;ascript:%s'>x</a>",
    "<a href='data:text/html,<script>%s</script>'>x</a>",
    "<a onfocus=%s tabindex=1 autofocus>x</a>",
    "<form action='javascript:%s'><button autofocus>x</button></form>",
    "<form><button formaction='javascript:%s'>x</button></form>",
    "<input autofocus onfocus=%s>",
    "<input type=image src=x onerror=%s>",
    "<select autofocus onfocus=%s>",
    "<textarea autofocus onfocus=%s>",
    "<keygen autofocus onfocus=%s>",
    "<details open ontoggle=%s>",
    "<video><source onerror=%s></video>",
    "<video src=x onerror=%s>",
    "<audio src=x onerror=%s>",
    "<marquee onstart=%s>x</marquee>",
    "<meter onmouseover=%s>0</meter>",
    "<link rel=stylesheet href='data:text/css,*{}' onload=%s>",
    "<link rel=import href='data:text/html,<script>%s</script>'>",
    "<meta http-equiv=refresh content='0;url=javascript:%s'>",
    "<base href='javascript:%s//'>",
    "<style>@import 'javascript:%s';</style>",
    "<style onload=%s></style>",
    "<div style='background:url(javascript:%s)'>x</div>",
    "<div style='width:expression(%s)'>x</div>",
    "<table background='javascript:%s'>",
    "<template><script>%s</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=%s>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=%s>\">",
    "<custom-tag onanimationstart=%s style='animation:x 1s'>x</custom-tag>",
    "<p onpointerover=%s>x</p>",
    "<dialog open onclose=%s><form method=dialog><button>x</button></form></dialog>",
    "<portal src='javascript:%s'></portal>",
    "\" autofocus onfocus=%s x=\"",
    "' autofocus onfocus=%s x='",
    "` onfocus=%s autofocus `",
    "\"><svg onload=%s>",
    "'><svg onload=%s>",
    "\" style=\"animation:x\" onanimationend=\"%s",
    "\"></option></select><img src=x onerror=%s>",
    "';%s;//",
    "\";%s;//",
    "\\\";%s;//",
    "</script><script>%s</script>",
    "${%s}",
    "{{%s}}",
    "{{{%s}}}",
    "{{=<% %>=}}<% &x %><script>%s</script>".replace("% ", "%% ").replace(" %", " %%"),
    "{{#frame}}<script>%s</script>{{/frame}}",
    "{{>layout}}<script>%s</script>",
    "#{%s}",
    "&lt;script&gt;%s&lt;/script&gt;",
    "&#60;script&#62;%s&#60;/script&#62;",
    "%%3Cscript%%3E%s%%3C/script%%3E",
    "\\u003cscript\\u003e%s\\u003c/script\\u003e",
    "+ADw-script+AD4-%s+ADw-/script+AD4-",
    "\uff1cscript\uff1e%s\uff1c/script\uff1e",
    "\u202e<script>%s</script>",
    "javascript:%s",
    "JaVaScRiPt:%s",
    "data:text/html,<script>%s</script>",
    "vbscript:%s",
    "<img src=x:x onerror\u00a0=%s>",
]
VECTORS = [shape % call for call in CALLS for shape in SHAPES]

# What no text may become, and what would run.
FOUND = """
const found = [];
if (document.documentElement.dataset.hit) found.push('a script ran');
const wrong = 'main script, main iframe, main img, main image, main object, main embed, main style, main link,'
  + 'main base, main meta, main video, main audio, main marquee, main math, main foreignObject, main dialog,'
  + 'main frameset, main portal, main template, main noscript, main xmp, main [style], main animate';
document.querySelectorAll(wrong).forEach(e => found.push(e.outerHTML.slice(0, 120)));
document.querySelectorAll('*').forEach(e => {
  for (const a of e.attributes) {
    if (/^on/i.test(a.name)) found.push(e.outerHTML.slice(0, 120));
    if (/^(href|src|action|formaction|xlink:href)$/i.test(a.name) && !/^(\\/|#|https?:)/.test(a.value)) {
      found.push(e.outerHTML.slice(0, 120));
    }
  }
});
return found;
"""


def run(out, faults):
    assert len(set(VECTORS)) >= 500, f"only {len(set(VECTORS))} vectors"
    with House() as house, Chrome() as chrome:
        with ThreadPoolExecutor(8) as pool:
            numbers = list(pool.map(lambda at: _open(house, VECTORS[at : at + 4]), range(0, len(VECTORS), 4)))
        chrome.sign_in(house.base)
        for path in ["/", *(f"/cases/{number}" for number in numbers), "/people/anna", "/reports"]:
            _look(chrome, house.base, path, faults)
        # Each text is there, as text.
        first = house.call("GET", f"/cases/{numbers[0]}", headers={"Cookie": house.session()})[1]
        if "&lt;script&gt;" not in first:
            faults.append("the text of a vector is not on the page of its case")
    return f"{len(VECTORS)} vectors in {len(numbers)} cases"


def _open(house, vectors):
    title, customer, details, note = vectors
    number = house.open(title=title, customer=customer, details=details, key=f"{title}"[:200])
    house.say(number, "noted", text=note)
    return number


def _look(chrome, base, path, faults):
    from selenium.common.exceptions import UnexpectedAlertPresentException

    chrome.open(base + path)
    try:
        found = chrome.driver.execute_script(FOUND)
    except UnexpectedAlertPresentException as alert:
        found = [f"an alert: {alert}"]
    faults.extend(f"{path}: {one}" for one in found + chrome.complaints())
