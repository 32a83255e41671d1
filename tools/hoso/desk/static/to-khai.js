// A page as a form: names found while typing, lists item by item, members begun and taken away.
"use strict"
{
const form = document.getElementById("luoi")
if (form) lay(form)

function lay(form) {
  const changed = cell => cell.dispatchEvent(new Event("input", { bubbles: true }))
  const make = (tag, more = {}) => Object.assign(document.createElement(tag), more)

  // -- names found while typing
  const offered = new Map()
  let asked = 0
  const offer = async (cell, words) => {
    const turn = ++asked
    const answer = await fetch(`/tra/${cell.dataset.tra}?q=${encodeURIComponent(words)}`).catch(() => null)
    if (!answer || !answer.ok || turn !== asked) return
    const { co } = await answer.json()
    let list = document.getElementById(cell.getAttribute("list"))
    if (!list) document.body.append(list = make("datalist", { id: cell.getAttribute("list") }))
    list.replaceChildren(...co.map(([code, name]) => make("option", { value: code, label: name ? `${name} (${code})` : code })))
    for (const [code, name] of co) offered.set(code, name)
    name(cell)
  }
  const name = cell => {
    const shown = cell.parentElement.querySelector(".ten-tra")
    if (shown) shown.textContent = offered.get(cell.value.trim()) || ""
  }
  let timer = 0
  const look = event => {
    const cell = event.target
    if (!cell.dataset || !cell.dataset.tra) return
    name(cell)
    clearTimeout(timer)
    if (!offered.has(cell.value.trim()) && cell.value.trim().length > 1) timer = setTimeout(() => offer(cell, cell.value), 200)
  }
  document.addEventListener("input", look)

  // -- lists: ticks where there are choices, else a line for each item
  for (const area of form.querySelectorAll("textarea[data-ds-loai]")) {
    const label = form.querySelector(`label[for="${CSS.escape(area.id)}"]`)
    const box = make("ul")
    box.setAttribute("aria-label", label.firstChild.textContent.trim())
    if (area.dataset.dsLoai === "nhieu") ticks(area, box)
    else lines(area, box)
    area.classList.add("an-di")
    area.tabIndex = -1
    area.after(box)
  }

  function ticks(area, box) {
    box.className = "chon-nhieu"
    const held = new Set(area.value.split(/[;\n]/).map(each => each.trim()).filter(Boolean))
    const choices = [...document.getElementById(`ds-${area.dataset.muc}`).content.querySelectorAll("option")].filter(each => each.value)
    for (const each of choices) {
      const tick = make("input", { type: "checkbox", checked: held.has(each.text) || held.has(each.value) })
      tick.dataset.tri = each.text
      const said = make("label")
      said.append(tick, each.text)
      const item = make("li")
      item.append(said)
      box.append(item)
    }
    box.addEventListener("keydown", event => event.key === "Enter" && event.preventDefault())
    box.addEventListener("change", () => {
      area.value = [...box.querySelectorAll(":checked")].map(each => each.dataset.tri).join("; ")
      changed(area)
    })
  }

  function lines(area, box) {
    box.className = "tung-dong"
    const gather = () => {
      area.value = [...box.querySelectorAll("input")].map(each => each.value.trim()).filter(Boolean).join("\n")
      changed(area)
    }
    const line = text => {
      const item = make("li"), typed = make("input", { value: text, ariaLabel: "Một mục" })
      const gone = make("button", { type: "button", className: "nhe", textContent: "Bỏ", ariaLabel: "Bỏ mục này" })
      gone.addEventListener("click", () => { item.remove(); gather() })
      typed.addEventListener("keydown", event => {
        if (event.key !== "Enter" || event.isComposing) return
        event.preventDefault()
        add.click()
      })
      typed.addEventListener("input", event => { event.stopPropagation(); gather() })
      item.append(typed, gone)
      return item
    }
    const more = make("li"), add = make("button", { type: "button", className: "nhe", textContent: "Thêm dòng" })
    add.addEventListener("click", () => { const item = line(""); more.before(item); item.firstChild.focus() })
    more.append(add)
    box.append(...area.value.split("\n").filter(Boolean).map(line), more)
  }

  // -- members
  form.addEventListener("click", event => {
    const place = event.target.dataset && event.target.dataset.bo
    if (!place) return
    const part = event.target.closest(".muc-con")
    const cells = [...part.querySelectorAll("[data-kieu]")]
    if (cells.some(cell => cell.value) && !confirm(`Bỏ ${part.querySelector("summary").textContent.trim()}? Mục chỉ mất hẳn khi đề nghị được duyệt.`)) return
    for (const cell of cells) { cell.value = ""; changed(cell) }
    part.open = false
    part.hidden = true
  })
  const wanted = form.querySelector(".muc-con[data-mo] [data-kieu]")
  if (wanted) {
    wanted.focus({ preventScroll: true })
    wanted.closest(".muc-con").scrollIntoView()
  }
  // What was typed is kept before the page is left for a new member.
  for (const each of document.querySelectorAll(".them-bieu")) each.addEventListener("submit", event => {
    event.preventDefault()
    form.addEventListener("da-luu", () => each.submit(), { once: true })
    form.dispatchEvent(new Event("luu-di"))
  })
}
}
