"""A script kept in every text field there is: nothing of it runs, at the desk or on the site."""

import pytest

from browsing import DESKTOP
from desk.closed_school import NEW_POST, OLD_POST, POST_TEXT, clock_at, closed_files, closed_server
from desk.visiting import PASSPHRASE, DeskPlace
from gate.situations import KINDS
from hoso.desk.public_site import public_site
from hoso.gate.changes import gathered, leaves
from hoso.schema.paths import PathTable
from hoso.schema.school import read_record
from hoso.schema.shape import explain
from hoso.schema.spelling import spell
from servers import CLERK, DEPUTY, HEAD, MATHS, PUPIL, TEACHER, YEAR

SHORT = '"><script>hoso()</script>'
LONG = f"'{SHORT}<img src=x onerror=hoso()><svg/onload=hoso()>{{{{ 7*7 }}}}"
BODY = f"""{LONG}

[x](javascript:hoso()) [y](data:text/html,{SHORT}) ![{LONG}](javascript:hoso())

<iframe srcdoc="{SHORT}"></iframe>

```
{LONG}
```
"""
RECORDS = [
    "records/truong.yml", "records/nhan-su/NV0003.yml", "records/nhan-su/NV0026.yml", PUPIL, MATHS,
    f"{YEAR}/phan-cong/{CLERK}.yml", "records/quy-che/2026-2027.yml", OLD_POST,
]  # fmt: skip
#: What the desk shows of these records, to whom.
SEEN = {
    CLERK: ["/", "/so/", "/so/records/truong.yml", f"/so/{PUPIL}", "/so/records/nhan-su/NV0026.yml",
            "/doc/", "/doc/nhan-su/NV0026", "/doc/so/records/truong.yml", "/tim?q=script",
            f"/lich-su/{PUPIL}", "/lich", "/tai-khoan"],
    TEACHER: ["/", "/soan/", f"/bai/{NEW_POST}", f"/bai/{NEW_POST}/xem", f"/so/{MATHS}",
              "/doc/lop/3B", "/doc/hoc-sinh/HS2XS5FM", "/tim?q=script"],
    DEPUTY: ["/so/records/quy-che/2026-2027.yml", f"/so/{YEAR}/phan-cong/{CLERK}.yml", "/khoa-so/",
             "/mo-so/moi", "/doc/so/records/quy-che/2026-2027.yml"],
    HEAD: ["/de-nghi/?xem=tat-ca", "/khoa-so/2026-2027/giua-ky-1", "/kiem-toan"],
}  # fmt: skip
HELD = """() => {
  const live = ["script:not([src])", "img[src=x]", "svg[onload]", "[onerror]",
    "iframe[srcdoc*=hoso]", "a[href^='javascript:']", "a[href^='data:']"]
  return [...document.querySelectorAll(live.join())].map(each => each.outerHTML.slice(0, 200))
    .filter(each => each.includes("hoso()"))
}"""


def poisoned(path, raw):
    """A page with a script in every text that its schema takes."""
    record = read_record(PathTable(KINDS).find(path), path, raw, [])
    found = leaves(record.data)
    count = 0
    for pointer, value in found.items():
        node = record.kind.field(pointer)
        if pointer[-1] == "so":
            # A rule of its own holds numbers of documents to their form.
            continue
        texts = [text for text in (LONG, SHORT) if not any(explain(node, text, ()))] \
            if isinstance(value, str) and "x-ref" not in node else []  # fmt: skip
        if texts:
            found[pointer], count = texts[0], count + 1
    assert count > 0
    body = f"{record.body}\n\n{BODY}" if record.body else ""
    return spell(record.kind, gathered(found), body).encode()


@pytest.fixture(scope="module")
def evil_place(tmp_path_factory):
    """A desk beside a server whose records hold scripts since its founding."""
    files = closed_files()
    files[NEW_POST] = POST_TEXT.encode()
    more = {path: poisoned(path, files[path]) for path in (*RECORDS, NEW_POST)}
    server = closed_server(tmp_path_factory.mktemp("goc-xau"), more)
    people = [CLERK, TEACHER, DEPUTY, HEAD]
    folder = tmp_path_factory.mktemp("xau")
    with DeskPlace(folder, server, people=people, clock_at=clock_at) as place:
        yield place


def test_no_page_of_the_desk_and_of_the_site_runs_what_a_field_holds(evil_place, browser):
    ran, refused, held, met = [], [], [], []
    evil_place.desk.site.wanted()
    for who, addresses in SEEN.items():
        context = browser.new_context(viewport=DESKTOP, base_url=evil_place.base)
        context.expose_binding("hoso", lambda source: ran.append(source["frame"].url))
        context.on("console", lambda said: refused.append(said.text)
                   if "Content Security Policy" in said.text else None)  # fmt: skip
        page = context.new_page()
        page.on("dialog", lambda dialog: (ran.append("dialog"), dialog.dismiss()))
        page.goto("/dang-nhap")
        page.fill("[name=ai]", who)
        page.fill("[name=mat_khau]", PASSPHRASE)
        page.click("main button")
        for address in addresses:
            answer = page.goto(address)
            assert answer.status == 200, address
            held += [(address, each) for each in page.evaluate(HELD)]
            met += ["hoso()" in page.content()]
        context.close()
    assert evil_place.desk.site.settled(200)
    assert evil_place.desk.site.failed == ""
    context = browser.new_context(viewport=DESKTOP)
    context.expose_binding("hoso", lambda source: ran.append(source["frame"].url))
    page = context.new_page()
    with public_site(evil_place.desk.site.folder, "127.0.0.1", 0) as port:
        for path in ("", "tin-tuc/", "tin-tuc/2026/vuon-truong-mua-dong/", "gioi-thieu/"):
            page.goto(f"http://127.0.0.1:{port}/{path}")
            assert page.locator("h1, h2").count() > 0
            held += [(path, each) for each in page.evaluate(HELD)]
            met += ["hoso()" in page.content()]
    context.close()
    # The texts were there to be run.
    assert sum(met) > len(met) * 2 / 3
    assert (ran, refused, held) == ([], [], [])
