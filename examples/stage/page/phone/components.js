import { glassEasel } from 'glass-easel-miniprogram-adapter'

/** WeChat's `view` and its like are plain elements here. */
const PLAIN = { view: 'div', text: 'span', 'scroll-view': 'div' }

/** Which event carries what an open-type yields. */
const YIELDS = {
  getPhoneNumber: 'getphonenumber',
  chooseAvatar: 'chooseavatar',
  openSetting: 'opensetting',
}

/** Writes a property through to the element that stands for the component. */
const mirrored = (component, name, write) =>
  component.property(name, String).init(({ self, observer }) => {
    observer(name, (value) => write(self.$$, value))
  })

/**
 * WeChat's built-in components, as far as the pages use them.
 *
 * @param {object} space glass-easel's component space
 * @param {{ [openType: string]: () => Promise<object> }} services what WeChat does for a button
 */
export function defineComponents(space, services) {
  for (const [name, tag] of Object.entries(PLAIN)) space.setGlobalUsingComponent(name, tag)
  const define = (name, component) => space.setGlobalUsingComponent(name, component.registerComponent())
  define('button', button(space.define('button'), services))
  define('input', input(space.define('input')))
  define('image', image(space.define('image')))
}

const labelled = (component) =>
  mirrored(component, 'ariaLabel', (element, text) => element.setAttribute('aria-label', text))

function button(component, services) {
  return labelled(component)
    .property('openType', String)
    .property('disabled', Boolean)
    .init(({ self, observer, lifetime }) => {
      observer('disabled', (is) => {
        self.$$.disabled = is
      })
      lifetime('attached', () => {
        self.$$.type = 'button'
        self.$$.addEventListener('click', async () => {
          const { openType } = self.data
          if (!services[openType]) return
          const detail = await services[openType]()
          glassEasel.triggerEvent(self, YIELDS[openType], detail, {})
        })
      })
    })
}

function input(component) {
  const value = (element, text) => {
    if (element.value !== text) element.value = text
  }
  const placeholder = (element, text) => {
    element.placeholder = text
  }
  return mirrored(mirrored(labelled(component), 'value', value), 'placeholder', placeholder)
    .property('type', String)
    .init(({ self, lifetime }) => {
      const tell = (name) => glassEasel.triggerEvent(self, name, { value: self.$$.value }, {})
      lifetime('attached', () => {
        self.$$.addEventListener('input', () => tell('input'))
        self.$$.addEventListener('blur', () => tell('blur'))
        self.$$.addEventListener('keydown', ({ key }) => key === 'Enter' && tell('confirm'))
      })
    })
}

function image(component) {
  const src = (element, url) => {
    element.style.backgroundImage = url ? `url("${url}")` : ''
  }
  const mode = (element, name) => {
    element.style.backgroundSize = name === 'aspectFill' ? 'cover' : 'contain'
  }
  return mirrored(mirrored(labelled(component), 'src', src), 'mode', mode).init(({ self, lifetime }) =>
    lifetime('attached', () => {
      self.$$.dataset.builtin = 'image'
      if (self.data.ariaLabel) self.$$.setAttribute('role', 'img')
      else self.$$.setAttribute('aria-hidden', 'true')
    }),
  )
}
