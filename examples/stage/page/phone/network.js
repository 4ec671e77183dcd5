const SLOWNESS = 1200

/** The phone's way out: `fetch` with the troubles that the visitor asked for. */
export function createNetwork(backend) {
  const network = {
    down: false,
    slow: false,
    async fetch(url, init) {
      if (network.slow) await pause(SLOWNESS, init?.signal)
      if (network.down && String(url).startsWith(backend)) throw new TypeError('connection refused')
      return fetch(url, init)
    },
  }
  return network
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
