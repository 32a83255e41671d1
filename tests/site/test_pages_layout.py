"""Every page fits a phone, asks nobody else, and leads somewhere."""

import re
import unicodedata
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from browsing import PHONE, watch

SITE_URL = "https://tieuhoc-conghoa.example/"
HERE = re.compile(r"[^\x00-\x7f]")


def test_no_page_scrolls_sideways_on_a_phone(visits):
    assert {visit.address: visit.sideways for visit in visits if visit.sideways} == {}


def test_every_picture_loads(visits):
    found = {visit.address: visit.broken_pictures for visit in visits if visit.broken_pictures}
    assert found == {}


def test_no_page_asks_another_host_for_anything(visits):
    assert {visit.address: visit.strangers for visit in visits if visit.strangers} == {}


def test_no_page_complains_on_the_console(visits):
    assert {visit.address: visit.complaints for visit in visits if visit.complaints} == {}


def test_every_page_is_declared_vietnamese(reference_site):
    assert {page.address for page in reference_site.pages if page.language != "vi"} == set()


def test_every_page_has_one_heading_of_the_first_level(reference_site):
    found = {page.address: len(page.headings) for page in reference_site.pages}
    assert {address: count for address, count in found.items() if count != 1} == {}


def test_every_title_is_vietnamese_and_its_own(reference_site):
    titles = {}
    for page in reference_site.pages:
        titles.setdefault(page.title, []).append(page.address)
    assert {title: pages for title, pages in titles.items() if len(pages) > 1} == {}
    assert [title for title in titles if not HERE.search(title)] == []
    assert [title for title in titles if unicodedata.normalize("NFC", title) != title] == []


def test_every_page_can_be_shared_with_title_and_picture(reference_site):
    lacking = {
        (page.address, name)
        for page in reference_site.pages
        for name in ("og:title", "og:image", "og:url", "og:description", "description")
        if page.address != "404.html" and not page.metas.get(name, "").strip()
    }
    assert lacking == set()


def test_the_shared_picture_is_in_the_site(reference_site):
    pictures = {
        page.metas["og:image"] for page in reference_site.pages if page.metas.get("og:image")
    }
    assert pictures
    missing = {
        picture
        for picture in pictures
        if not picture.startswith(SITE_URL)
        or reference_site.file_at(urlsplit(picture).path.removeprefix("/")) is None
    }
    assert missing == set()


def test_every_picture_says_what_it_shows_and_how_large_it_is(reference_site):
    lacking = {
        (page.address, image.get("src"), name)
        for page in reference_site.pages
        for image in page.images
        for name in ("alt", "width", "height")
        if image.get(name) is None
    }
    assert lacking == set()


def test_every_link_and_anchor_inside_the_site_leads_somewhere(reference_site):
    broken = {
        page.address: found
        for page in reference_site.pages
        if (found := reference_site.broken(page, SITE_URL))
    }
    assert broken == {}


def test_feeds_lead_to_pages_of_the_site(reference_site):
    feeds = [
        name for name in reference_site.files if name.endswith(".xml") and "sitemap" not in name
    ]
    assert feeds
    for feed in feeds:
        channel = ElementTree.parse(reference_site.folder / feed).getroot().find("channel")
        links = [item.findtext("link") for item in channel.iter("item")]
        assert links, feed
        assert [link for link in links if not leads_home(reference_site, link)] == []


def test_calendars_lead_to_pages_of_the_site(reference_site):
    calendars = [name for name in reference_site.files if name.endswith(".ics")]
    assert calendars
    for calendar in calendars:
        text = (reference_site.folder / calendar).read_bytes().decode("utf-8")
        links = re.findall(r"^URL[^:]*:(\S+)", text.replace("\r\n ", ""), re.MULTILINE)
        assert [link for link in links if not leads_home(reference_site, link)] == []


def test_the_sitemap_lists_pages_of_the_site(reference_site):
    sitemap = ElementTree.parse(reference_site.folder / "sitemap.xml")
    links = [place.text for place in sitemap.iter() if place.tag.endswith("}loc")]
    assert len(links) == len(set(links)) > 1
    assert [link for link in links if not leads_home(reference_site, link)] == []


def leads_home(site, link):
    target = urlsplit(link)
    return link.startswith(SITE_URL) and site.file_at(target.path.removeprefix("/")) is not None


@pytest.mark.parametrize("address", ["khong-co", "tin-tuc/khong-co/", "a/b/c/d.html"])
def test_an_address_that_is_not_there_gets_a_page_that_helps(browser, reference_url, address):
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    watched = watch(context, reference_url)
    answer = watched.page.goto(reference_url + address)
    assert answer.status == 404
    assert HERE.search(watched.page.locator("h1").first.inner_text())
    assert watched.page.locator(".md-header").is_visible()
    assert watched.page.evaluate(
        "document.styleSheets.length > 0 && document.styleSheets[0].cssRules.length > 0"
    )
    assert watched.page.locator("main a[href]").count() > 0
    context.close()


def test_the_menu_opens_on_a_phone(browser, reference_url):
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True)
    page = context.new_page()
    page.goto(reference_url)
    drawer = page.locator(".md-sidebar--primary")
    expect(drawer).not_to_be_in_viewport()
    page.locator("label.md-header__button[for=__drawer]").tap()
    expect(drawer).to_be_in_viewport(ratio=0.9)
    context.close()
