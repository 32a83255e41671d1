// A page of a book as a spreadsheet: keyboard, blocks pasted, undo, errors while typing, drafts.
"use strict"
{
const form = document.getElementById("luoi")
if (form) begin(form)

function begin(form) {
  const by = id => document.getElementById(id)
  // Short cells stand bare on a page that has a thousand of them; row and column say what they are.
  for (const cell of form.querySelectorAll("td > [data-ds]:not([data-kieu])")) {
    const box = cell.parentNode, row = box.parentNode, head = form.querySelector(".luoi thead").rows[0].cells[box.cellIndex]
    const number = row.querySelector(".so-tt"), text = node => node.textContent.trim()
    cell.dataset.kieu = "muc"
    cell.ariaLabel = `${number && text(number) ? `${text(number)}. ` : ""}${text(row.querySelector(".ten-em"))} – ${text(head)}`
    cell.className = head.matches(".ngay-thang") ? "hep-o" : head.matches(".vua-cot") ? "vua-o" : ""
  }
  const cells = [...form.querySelectorAll("[data-kieu]")]
  const at = new Map(cells.map(cell => [cell.name, cell]))
  // What a column offers stands once on the page, not in each of its cells.
  for (const cell of cells) if (cell.dataset.ds) {
    const chosen = [...cell.options].find(each => each.selected && each.value)
    cell.replaceChildren(by(`ds-${cell.dataset.ds}`).content.cloneNode(true))
    if (chosen && ![...cell.options].some(each => each.value === chosen.value)) cell.append(chosen)
    cell.value = chosen ? chosen.value : ""
  }
  const body = form.querySelector(".luoi tbody")
  // Places of cells that can only be read stay in the matrix, so that a pasted block keeps its shape.
  const matrix = body ? [...body.rows].map(row => [...row.cells]
    .filter(cell => !cell.matches(".so-tt, .ten-em")).map(cell => cell.querySelector("[data-kieu]"))) : []
  const spot = new Map()
  matrix.forEach((row, y) => row.forEach((cell, x) => cell && spot.set(cell, [y, x])))
  const saved = new Map(cells.map(cell => [cell, cell.value]))
  const undone = [], done = [], dirty = new Set()
  let entered = "", editing = false, timer = 0, wait = 1000, busy = null, remark = null, last = null, keyOnly = false

  const say = text => { const line = by("luu"); if (line && line.textContent !== text) line.textContent = text }
  const tell = text => { by("bao-loi").hidden = !text; by("bao-loi").textContent = text }

  // -- what is meant
  const tidy = text => text.normalize("NFC").replace(/[\u200b-\u200f\u2060\ufeff]/g, "").replace(/\s+/g, " ").trim()

  function meant(cell, text) {
    const plain = tidy(text), kind = cell.dataset.kieu
    if (!plain) return ""
    if (kind === "so") return /^\d{1,9}[.,]0+$/.test(plain) ? plain.split(/[.,]/)[0] : plain
    if (kind === "ngay") {
      const day = plain.match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/)
      return day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : plain
    }
    if (kind === "muc") {
      const low = plain.toLocaleLowerCase("vi")
      const found = [...cell.options].find(each => {
        const [short, long] = each.text.split(" – ")
        return each.value && [each.value, each.text, short, long].some(one => one && one.toLocaleLowerCase("vi") === low)
      })
      return found ? found.value : null
    }
    return plain
  }

  function fault(cell) {
    const text = tidy(cell.value), { kieu, thap, cao, dai } = cell.dataset
    if (!text) return ""
    if (kieu === "so") {
      const span = thap !== "" && cao !== "" ? `số nguyên ${thap}–${cao}` : "số nguyên"
      if (!/^\d+$/.test(text)) return `${span}; “${text.slice(0, 20)}” không được`
      if ((thap !== "" && +text < +thap) || (cao !== "" && +text > +cao)) return span
    }
    if (dai && text.length > +dai) return `dài ${text.length} ký tự, nhiều nhất ${dai}`
    return ""
  }

  function mark(cell, message) {
    const box = cell.closest("td, .muc"), id = `loi-${cell.name}`
    let line = by(id)
    box.classList.toggle("sai", !!message)
    box.classList.toggle("da-sua", !message && cell.value !== (cell.dataset.goc || ""))
    if (message) {
      cell.setAttribute("aria-invalid", "true")
      cell.setAttribute("aria-describedby", id)
      if (!line) {
        line = document.createElement("span")
        line.className = "o-loi"
        line.id = id
        cell.after(line)
      }
      line.textContent = message
    } else {
      cell.removeAttribute("aria-invalid")
      cell.removeAttribute("aria-describedby")
      if (line) line.remove()
    }
  }

  // -- changing, undoing
  function put(cell, text) {
    cell.value = text
    touched(cell)
  }

  function touched(cell) {
    mark(cell, fault(cell))
    dirty.add(cell)
    later(wait)
  }

  function record(changes) {
    const real = changes.filter(([, old, now]) => old !== now)
    if (real.length) { done.push(real); undone.length = 0 }
  }

  function commit(cell) {
    if (!cell || !at.has(cell.name) || cell.value === entered) return
    const value = meant(cell, cell.value)
    if (value !== null && value !== cell.value && cell.dataset.kieu !== "ds") put(cell, value)
    record([[cell, entered, cell.value]])
    entered = cell.value
  }

  function step(from, to, side) {
    commit(document.activeElement)
    const changes = from.pop()
    if (!changes) return say(side === 1 ? "Không còn gì để hoàn tác." : "Không còn gì để làm lại.")
    for (const change of changes) put(change[0], change[side])
    to.push(changes)
    changes[0][0].focus()
    entered = changes[0][0].value
  }

  // -- moving
  function go(y, x, dy, dx) {
    let row = y + dy, column = x + dx
    while (matrix[row] && column >= 0 && column < matrix[row].length) {
      const cell = matrix[row][column]
      if (cell) { cell.focus(); return true }
      row += dy
      column += dx
    }
    return false
  }

  form.addEventListener("focusin", event => {
    const cell = event.target
    if (!cell.dataset || !cell.dataset.kieu) return
    entered = cell.value
    last = cell
    editing = false
    if (cell.tagName === "TEXTAREA") remark = cell
    if (cell.select && cell.type !== "date" && spot.has(cell)) cell.select()
  })
  form.addEventListener("focusout", event => event.target.dataset && event.target.dataset.kieu && commit(event.target))
  form.addEventListener("dblclick", () => { editing = true })
  form.addEventListener("input", event => event.target.dataset.kieu && touched(event.target))
  form.addEventListener("change", event => event.target.dataset.kieu && event.target.tagName === "SELECT" && commit(event.target))

  form.addEventListener("keydown", event => {
    const cell = event.target, key = event.key
    if (!cell.dataset || !cell.dataset.kieu || event.isComposing) return
    const control = event.ctrlKey || event.metaKey
    if (control && !event.altKey && (key.toLowerCase() === "z" || key.toLowerCase() === "y")) {
      event.preventDefault()
      const again = key.toLowerCase() === "y" || event.shiftKey
      return again ? step(undone, done, 2) : step(done, undone, 1)
    }
    if (key === "Escape") {
      event.preventDefault()
      if (cell.value !== entered) put(cell, entered)
      editing = false
      return cell.select && cell.type !== "date" && cell.select()
    }
    if (key === "Enter" && !control) {
      event.preventDefault()
      commit(cell)
      if (spot.has(cell)) go(...spot.get(cell), event.shiftKey ? -1 : 1, 0)
      return
    }
    if (!spot.has(cell) || control || event.altKey) return
    if (key === "F2") {
      event.preventDefault()
      editing = !editing
      if (cell.setSelectionRange && cell.type !== "date") cell.setSelectionRange(cell.value.length, cell.value.length)
      return
    }
    const ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    if (key in ways && !editing && !event.shiftKey) {
      event.preventDefault()
      commit(cell)
      go(...spot.get(cell), ...ways[key])
    } else if (cell.tagName === "SELECT" && (key === "Delete" || key === "Backspace")) {
      event.preventDefault()
      put(cell, "")
      commit(cell)
    }
  })

  // -- pasting a block
  function block(text) {
    const rows = [[""]]
    let quoted = false, start = true
    for (let n = 0; n < text.length; n++) {
      const each = text[n], row = rows[rows.length - 1]
      if (quoted) {
        if (each !== '"') row[row.length - 1] += each
        else if (text[n + 1] === '"') { row[row.length - 1] += '"'; n++ }
        else quoted = false
      } else if (each === '"' && start) quoted = true
      else if (each === "\t") row.push("")
      else if (each === "\n") rows.push([""])
      else row[row.length - 1] += each
      start = each === "\t" || each === "\n"
    }
    if (rows.length > 1 && rows[rows.length - 1].length === 1 && !rows[rows.length - 1][0]) rows.pop()
    return rows
  }

  form.addEventListener("paste", event => {
    const first = event.target, text = (event.clipboardData.getData("text/plain") || "").replace(/\r\n?/g, "\n")
    if (!spot.has(first)) return
    const rows = block(text)
    if (rows.length === 1 && rows[0].length === 1 && first.tagName !== "SELECT" && first.type !== "date") return
    event.preventDefault()
    commit(first)
    const [top, left] = spot.get(first), changes = [], lost = []
    rows.forEach((row, y) => row.forEach((raw, x) => {
      const cell = (matrix[top + y] || [])[left + x]
      if (!cell) return raw.trim() && lost.push(raw.trim())
      const value = meant(cell, raw)
      if (value === null) return lost.push(`${cell.ariaLabel}: “${tidy(raw).slice(0, 20)}”`)
      const old = cell.value
      cell.value = value
      // A day that is none is not kept by the browser's own field.
      if (value && !cell.value) { cell.value = old; return lost.push(`${cell.ariaLabel}: “${tidy(raw).slice(0, 20)}”`) }
      changes.push([cell, old, cell.value])
      touched(cell)
    }))
    record(changes)
    entered = first.value
    const told = `Đã dán ${changes.length} ô`
    tell(lost.length ? `${told}; ${lost.length} giá trị không nhận: ${lost.slice(0, 5).join("; ")}` : "")
    say(lost.length ? `${told}; ${lost.length} giá trị không nhận, kể ở đầu trang.` : `${told}.`)
  })

  // -- phrases
  form.addEventListener("click", event => {
    const said = event.target.dataset && event.target.dataset.cau
    if (!said) return
    if (!remark) return say("Đặt con trỏ ở một ô nhận xét trước.")
    const old = remark.value
    put(remark, tidy(`${old} ${said}`))
    record([[remark, old, remark.value]])
    say(`Đã thêm câu vào ô ${remark.ariaLabel}.`)
  })

  // -- drafts
  const token = () => form.elements._t
  const ask = (address, body, json) => fetch(address, {
    method: "POST", body, credentials: "same-origin",
    headers: { "X-Hoso-T": token().value, ...(json ? { "Content-Type": "application/json" } : {}) },
  })

  function later(time) {
    clearTimeout(timer)
    timer = setTimeout(() => keep(), time)
  }

  function keep() {
    busy = (busy || Promise.resolve()).then(keepNow)
    return busy
  }

  async function keepNow() {
    const going = [...dirty].map(cell => [cell, cell.value])
    if (!going.length) return true
    say("Đang lưu bản nháp…")
    let answer, told
    try {
      answer = await ask(`${form.dataset.trang}/nhap`, JSON.stringify({
        goc: form.elements.goc.value, o: Object.fromEntries(going.map(([cell, value]) => [cell.name, value])),
      }), true)
      told = await answer.json()
    } catch {
      say("Mất mạng: những ô vừa gõ còn trên trang này, có mạng sẽ lưu tiếp.")
      wait = Math.min(wait * 2, 30000)
      later(wait)
      return false
    }
    if (entering(answer, told)) return false
    if (!answer.ok) { say(`Chưa lưu được: ${told.loi}`); return false }
    wait = 1000
    for (const [cell, value] of going) {
      if (cell.value !== value) continue
      dirty.delete(cell)
      mark(cell, fault(cell) || told.o[cell.name] || "")
    }
    shut(told.khoa)
    say(told.nhap ? `Bản nháp lưu lúc ${told.luc}, ${told.nhap} ô chưa gửi.` : "Không có gì khác với sổ.")
    return true
  }

  function shut(words) {
    if (!words) return
    by("khoa-so").firstChild.textContent = `${words} `
    by("khoa-so").hidden = false
  }

  addEventListener("online", () => dirty.size && later(200))
  // Another script leaves the page: what was typed is kept first.
  form.addEventListener("luu-di", () => keep().then(done => done && form.dispatchEvent(new Event("da-luu"))))
  addEventListener("beforeunload", event => { if (dirty.size) event.preventDefault() })

  // -- sending
  form.addEventListener("submit", async event => {
    event.preventDefault()
    commit(document.activeElement)
    if (event.submitter && event.submitter.closest(".vuong")) return settle(event.submitter)
    const wrong = cells.filter(cell => fault(cell))
    if (wrong.length) {
      tell(`${wrong.length} ô chưa đúng. ${wrong[0].ariaLabel || "Ô đầu tiên"}: ${fault(wrong[0])}`)
      return wrong[0].focus()
    }
    const button = by("gui")
    button.disabled = true
    try { await deliver() } finally { button.disabled = false }
  })

  async function deliver() {
    clearTimeout(timer)
    if (!(await keep())) return
    // Sent again where nobody answered: the server knows a page that it has got already.
    for (let attempt = 0; attempt < 4; attempt++) {
      let answer, told
      try {
        say(attempt ? "Mất mạng, đang gửi lại…" : "Đang gửi…")
        answer = await ask(form.action, new FormData(form))
        told = await answer.json()
      } catch {
        await new Promise(done => setTimeout(done, 1500 * (attempt + 1)))
        continue
      }
      if (answer.ok) { dirty.clear(); location.assign(told.toi); return }
      return entering(answer, told) || refused(told)
    }
    say("Chưa gửi được vì mất mạng; bản nháp vẫn còn, gửi lại khi có mạng.")
  }

  function refused(told) {
    tell([told.loi, ...(told.cho || []).map(each => each.loi || each)].join("\n"))
    shut(told.khoa)
    say("Chưa gửi.")
    if (told.ly_do === "vuong") return adopt().catch(() => location.reload())
    let first = null
    for (const [place, message] of Object.entries(told.o || {})) {
      const cell = at.get(place)
      if (cell) { mark(cell, message); first = first || cell }
    }
    (first || by("bao-loi")).focus()
  }

  // -- cells that others have changed meanwhile
  const read = async answer => new DOMParser().parseFromString(await answer.text(), "text/html")
  let back = () => {}

  // The page as it stands now: cells nobody types in follow it, the others are to be decided.
  async function adopt() {
    const cell = last || by("gui"), table = form.querySelector(".luoi-hop")
    const left = table && table.scrollLeft, top = table && table.scrollTop, y = cell.getBoundingClientRect().top
    back = () => {
      cell.focus({ preventScroll: true })
      if (table) table.scrollTo(left, top)
      scrollBy(0, cell.getBoundingClientRect().top - y)
    }
    let fresh
    do {
      if (!(await keep())) return
      fresh = (await read(await fetch(form.dataset.trang))).getElementById("luoi")
    } while (dirty.size)
    for (const cell of cells) {
      const now = fresh.elements[cell.name]
      if (!now) continue
      if (cell.value === (cell.dataset.goc || "") && cell.value !== now.value) {
        // A list is drawn from what stands in it only once.
        if (cell.matches(".an-di")) return location.reload()
        cell.value = now.value
      }
      cell.dataset.goc = now.dataset.goc || ""
      mark(cell, fault(cell))
    }
    form.elements.goc.value = fresh.elements.goc.value
    const box = fresh.querySelector(".vuong"), old = form.querySelector(".vuong")
    if (old) old.replaceWith(box)
    else form.prepend(box)
    box.querySelector("button:not([hidden])").focus()
  }

  async function settle(button) {
    if (!(await keep())) return
    let answer, told
    try {
      answer = await ask(form.action, new FormData(form, button))
      told = await answer.json()
    } catch { return say("Mất mạng: chưa chọn được, có mạng thì chọn lại.") }
    if (entering(answer, told)) return
    if (!answer.ok) return refused(told)
    const one = button.closest(".mot-vuong"), box = one.parentElement, cell = at.get(button.value)
    if (!cell || cell.matches(".an-di")) return location.reload()
    const old = cell.value, theirs = one.querySelector("[data-kia]").dataset.kia
    cell.dataset.goc = theirs
    if (button.name === "lay") cell.value = theirs
    record([[cell, old, cell.value]])
    mark(cell, fault(cell))
    one.remove()
    const next = box.querySelector("button:not([hidden])")
    if (next) return next.focus()
    box.remove()
    tell("")
    say("Đã chọn xong; bấm Gửi để gửi.")
    back()
  }

  // -- a session that ended meanwhile, or goes on with its key locked, as after a restart of the desk
  function entering(answer, told) {
    const locked = told.ly_do === "khoa-ky"
    if (answer.status !== 401 && !locked) return false
    say(told.loi)
    keyOnly = locked
    if (locked) {
      by("vao-lai-ten").textContent = "Khóa ký đang khóa"
      by("vao-vi").textContent = "Bản nháp đã lưu. Nhập mật khẩu để mở khóa ký và gửi tiếp."
      by("vao-nut").textContent = "Mở khóa và gửi"
    }
    const box = by("vao-lai")
    if (!box.open) box.showModal()
    return true
  }

  async function unlock() {
    const answer = await fetch("/tai-khoan/mo-khoa", {
      method: "POST", body: new URLSearchParams({ mat_khau: by("vao-mk").value, _t: token().value }),
    })
    if (!answer.ok) throw new Error("Mật khẩu không đúng, hoặc đã sai quá nhiều lần.")
  }

  async function enter() {
    const door = (await read(await fetch("/dang-nhap"))).querySelector("[name=_t]")
    const wanted = new URLSearchParams({ ai: form.dataset.ai, mat_khau: by("vao-mk").value, _t: door.value })
    const answer = await fetch("/dang-nhap", { method: "POST", body: wanted })
    if (!answer.ok) throw new Error("Mật khẩu không đúng, hoặc đã sai quá nhiều lần.")
    const again = (await read(await fetch(form.dataset.trang))).getElementById("luoi")
    if (!again || again.dataset.ai !== form.dataset.ai) throw new Error("Không phải người đang viết trang này.")
    token().value = again.elements._t.value
  }

  by("vao-lai").addEventListener("submit", async event => {
    event.preventDefault()
    try {
      await (keyOnly ? unlock() : enter())
      by("vao-mk").value = ""
      by("vao-loi").textContent = ""
      by("vao-lai").close()
      await (keyOnly ? deliver() : keep())
    } catch (error) {
      by("vao-loi").textContent = error.message
    }
  })

  by("lui") && by("lui").addEventListener("click", () => step(done, undone, 1))
  by("toi") && by("toi").addEventListener("click", () => step(undone, done, 2))
  for (const cell of cells) if (cell.value !== saved.get(cell)) touched(cell)
}
}
