import assert from 'node:assert/strict'

/** The browser's own note of a status that is part of the story. */
const EXPECTED = /^Failed to load resource: the server responded with a status of (401|403|429)\b/

const PATIENCE = 9000

/** Somebody who opens the page and uses it: by what is written on it, never by its insides. */
export async function visit(browser, url, { lang = 'en', colorScheme = 'light', viewport } = {}) {
  const context = await browser.newContext({
    viewport: viewport || { width: 1280, height: 800 },
    colorScheme,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  const errors = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.stack))
  await page.goto(`${url}/?lang=${lang}`)

  const phone = page.locator('.phone')
  const named = (name, within = phone) =>
    within.getByRole('button', { name, exact: true }).filter({ visible: true }).first()
  const figure = async (name) => Number(await page.locator(`[data-count=${name}]`).textContent())

  return {
    page,
    phone,
    errors,
    tap: (name) => named(name).click(),
    /** A heart's item, in the shop. */
    like: (item) => named(`Add to favourites · ${item}`).click(),
    liked: (item) => named(`Remove from favourites · ${item}`).waitFor(),
    press: (name) => page.locator('.troubles').locator('button', { hasText: name }).click(),
    popup: (name) => named(name, page.locator('.popup')).click(),
    reads: (text) => phone.getByText(text).filter({ visible: true }).first().waitFor(),
    /** Waits until the page tells that, and the sentence is there to read. */
    async told(caption) {
      await page.locator(`.bubble[data-caption=${caption}]`).waitFor()
      assert.notEqual(await page.locator('.bubble .now').textContent(), '')
    },
    logins: () => figure('ours'),
    plainLogins: () => figure('plain'),
    async leave() {
      await context.close()
      assert.deepEqual(errors, [])
    },
  }
}
