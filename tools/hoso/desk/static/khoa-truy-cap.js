// Passkeys: logging in, adding one, and signing with one where the passphrase is left empty.
"use strict";
(() => {
  const able = window.isSecureContext && window.PublicKeyCredential !== undefined;
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const asked = async (form, address) => {
    const answer = await fetch(address, { headers: { "X-Hoso-T": form.elements._t.value } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.loi);
    told.challenge = bytes(told.challenge);
    told.extensions.prf.eval.first = bytes(told.extensions.prf.eval.first);
    if (told.user) told.user.id = bytes(told.user.id);
    for (const each of [...(told.allowCredentials || []), ...(told.excludeCredentials || [])])
      each.id = bytes(each.id);
    return told;
  };

  const derived = (credential) => {
    const prf = credential.getClientExtensionResults().prf;
    return prf && prf.results && prf.results.first ? text(prf.results.first) : "";
  };

  const written = (credential, prf) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[name]) response[name] = text(credential.response[name]);
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response, prf,
      clientExtensionResults: {},
    });
  };

  const used = async (form, address) => {
    const credential = await navigator.credentials.get({ publicKey: await asked(form, address) });
    return written(credential, derived(credential));
  };

  const made = async (form, address) => {
    const told = await asked(form, address);
    const credential = await navigator.credentials.create({ publicKey: told });
    let prf = derived(credential);
    const can = credential.getClientExtensionResults().prf;
    if (!prf && can && can.enabled) {
      // Some authenticators derive nothing while a passkey is being made, only afterwards. Of this
      // answer nothing but the secret is used, so no challenge of the desk is needed for it.
      prf = derived(await navigator.credentials.get({
        publicKey: {
          challenge: crypto.getRandomValues(new Uint8Array(32)), rpId: told.rp.id,
          allowCredentials: [{ type: "public-key", id: credential.rawId }],
          userVerification: "required", extensions: told.extensions,
        },
      }));
    }
    return written(credential, prf);
  };

  const held = (form, name) => form.querySelector(`[name="${name}"]`);
  const fails = (form, error) => {
    const said = form.querySelector("[data-truy-cap-loi]");
    // What the system says of a refusal is neither in Vietnamese nor meant for people.
    // Browsers refuse where a warning about the certificate was clicked away; only its words tell.
    said.textContent = error instanceof DOMException
      ? /TLS certificate/i.test(error.message)
        ? "Máy này chưa tin chứng thư của trường nên trình duyệt không cho dùng khóa truy cập. Nhờ người phụ trách cài chứng thư vào máy, hoặc nhập mật khẩu."
        : "Thiết bị chưa xác nhận khóa truy cập. Thử lại, hoặc nhập mật khẩu."
      : error instanceof TypeError || !error.message ? "Mất kết nối; thử lại." : error.message;
    said.hidden = false;
  };

  const begin = (form, address, ceremony, wanted) => {
    let busy = false;
    let done = false;
    form.addEventListener("submit", async (event) => {
      if (done || !wanted()) return;
      event.preventDefault();
      if (busy) return;
      busy = true;
      try {
        held(form, "khoa_truy_cap").value = await ceremony(form, address);
        done = true;
        form.requestSubmit(event.submitter);
      } catch (error) {
        fails(form, error);
      }
      busy = false;
    });
  };

  for (const form of document.querySelectorAll("form[data-truy-cap]")) {
    const ceremony = form.dataset.truyCap === "them" ? made : used;
    begin(form, form.dataset.hoi, ceremony, () => true);
  }
  for (const place of document.querySelectorAll("[data-truy-cap-can]")) place.hidden = !able;

  if (!able || !document.querySelector("[data-ky-bang-truy-cap]")) return;
  for (const hint of document.querySelectorAll("[data-truy-cap-nhac]")) {
    const form = hint.closest("form");
    const passphrase = held(form, "mat_khau");
    passphrase.required = false;
    hint.hidden = false;
    begin(form, "/tai-khoan/khoa-truy-cap?viec=ky", used, () => passphrase.value === "");
  }
})();
