// Starts Decap CMS with our configuration; pages travel as JSON, the desk alone spells them.
"use strict";
(() => {
  const token = document.querySelector("meta[name=hoso-t]").content;
  const own = window.fetch.bind(window);
  window.fetch = (address, options = {}) => {
    const to = new URL(address instanceof Request ? address.url : address, location.href);
    if (to.pathname !== "/api/v1" || to.origin !== location.origin) return own(address, options);
    const headers = new Headers(options.headers);
    headers.set("X-Hoso-T", token);
    const asked = own(address, { ...options, headers });
    asked.then((answer) => answer.clone().json()).then((told) => told && told.vuong && lacks(told.vuong)).catch(() => {});
    return asked;
  };

  // Decap itself tells a refusal in one passing line; here it stays, and stands at its field.
  const make = (tag, more) => Object.assign(document.createElement(tag), more);
  const field = (name) => document.querySelector(`[id^="${CSS.escape(name)}-field"]`);
  const box = make("section", { id: "hoso-vuong", hidden: true });
  box.setAttribute("role", "status");
  box.setAttribute("aria-label", "Những chỗ chưa gửi được");
  document.body.append(box);
  let wrong = [];
  const mark = () => {
    for (const { o, loi } of wrong) {
      const at = o && field(o);
      if (!at || at.dataset.hosoLoi === loi) continue;
      at.setAttribute("aria-invalid", "true");
      at.dataset.hosoLoi = loi;
      at.parentElement.append(make("p", { className: "hoso-loi", textContent: loi }));
    }
  };
  // Decap draws its fields anew after saving, and what was put beside them is gone.
  setInterval(mark, 500);
  const lacks = (faults) => {
    wrong = faults;
    document.querySelectorAll(".hoso-loi").forEach((each) => each.remove());
    document.querySelectorAll("[data-hoso-loi]").forEach((each) => {
      each.removeAttribute("aria-invalid");
      each.removeAttribute("data-hoso-loi");
    });
    const list = make("ul");
    for (const { o, ten, loi } of faults) {
      const item = make("li");
      const line = make("button", { type: "button", textContent: `${ten}: ${loi}` });
      line.addEventListener("click", () => {
        const there = o === "body" ? document.querySelector("[data-slate-editor]") : field(o);
        if (!there) return;
        there.scrollIntoView({ block: "center" });
        there.focus();
      });
      item.append(line);
      list.append(item);
    }
    const close = make("button", { type: "button", className: "dong", textContent: "Đóng" });
    close.addEventListener("click", () => { box.hidden = true; });
    box.replaceChildren(make("h2", { textContent: `Còn ${faults.length} chỗ phải sửa trước khi gửi duyệt` }), list, close);
    box.hidden = !faults.length;
    mark();
  };

  // The preview is the public site's own: its reader, its markup, its styles.
  const Preview = window.createClass({
    getInitialState: () => ({ html: "" }),
    componentDidMount() { this.ask(); },
    componentDidUpdate(before) {
      if (before.entry === this.props.entry) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), 400);
    },
    componentWillUnmount() { clearTimeout(this.timer); this.gone = true; },
    ask() {
      const { collection, entry } = this.props;
      own("/soan/xem", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Hoso-T": token },
        body: JSON.stringify({ loai: collection.get("name"), du_lieu: entry.get("data").toJS() }),
      }).then((answer) => (answer.ok ? answer.text() : "")).then((html) => !this.gone && this.setState({ html })).catch(() => {});
    },
    render() { return window.h("div", { dangerouslySetInnerHTML: { __html: this.state.html } }); },
  });
  const joined = (under, over) => {
    if (typeof over !== "object") return over;
    const made = { ...under };
    for (const name of Object.keys(over)) made[name] = joined(made[name], over[name]);
    return made;
  };
  const cms = window.CMS;
  cms.registerCustomFormat("hoso", "md", {
    fromFile: (text) => JSON.parse(text),
    toFile: (page) => JSON.stringify(page),
  });
  own("/soan/config.json")
    .then((answer) => answer.json())
    .then((config) => {
      cms.registerLocale("vi", joined(cms.getLocale("vi") || {}, config.words));
      delete config.words;
      cms.registerPreviewStyle("/soan/trang.css");
      for (const each of config.collections) cms.registerPreviewTemplate(each.name, Preview);
      // Who it is the desk knows already; its own question for a login would have no answer.
      localStorage.setItem("decap-cms-user", JSON.stringify({ backendName: "proxy" }));
      cms.init({ config });
    });
})();
