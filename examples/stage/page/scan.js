const OFTEN = 700

/**
 * The web page that waits to be logged in: it shows a code, whose scene the phone scans.
 *
 * @param {object} given
 * @param {string} given.backend
 * @param {(url: string) => void} given.open opens a page on the phone
 * @param {(state: 'waiting' | 'done') => void} given.told
 */
export function createScan({ backend, open, told }) {
  let timer

  async function call(path, init) {
    const response = await fetch(backend + path, init)
    return response.json()
  }

  return async function scan() {
    clearInterval(timer)
    const { scene, secret } = await call('/scan', { method: 'POST' })
    told('waiting')
    open(`/pages/scan/scan?scene=${encodeURIComponent(scene)}`)
    timer = setInterval(async () => {
      const { state } = await call(`/scan/${scene}`, { headers: { 'x-scan-secret': secret } })
      if (state !== 'confirmed') return
      clearInterval(timer)
      told('done')
    }, OFTEN)
  }
}
