import { fill, h } from './dom.js'
import { trouble } from './trouble.js'

/**
 * Tabs over a panel. Each is `{id, label, show(panel, isCurrent)}`; what `show` gives is awaited and its failure said in
 * the panel. Arrow keys, Home and End move between them. The last one chosen is remembered as long as the window lives.
 */
export function createTabs(name, tabs) {
  const key = `weloop-tab-${name}`
  const panel = h('section', { class: 'panel', role: 'tabpanel', id: `panel-${name}`, testid: 'panel', tabindex: '-1' })
  const strip = h('div', { class: 'tabs', role: 'tablist', testid: 'tabs' })
  const buttons = tabs.map(({ id, label }) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${name}-${id}`,
        'aria-controls': panel.id,
        data: { testid: 'tab', id },
        on: { click: () => choose(id) },
      },
      label,
    ),
  )
  strip.append(...buttons)
  strip.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(document.activeElement)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    event.preventDefault()
    const next = tabs[(to + tabs.length) % tabs.length]
    choose(next.id)
    buttons[tabs.indexOf(next)].focus()
  })
  let turn = 0

  async function choose(id) {
    const tab = tabs.find((one) => one.id === id) ?? tabs[0]
    const mine = ++turn
    sessionStorage.setItem(key, tab.id)
    for (const [index, element] of buttons.entries()) {
      const chosen = tabs[index] === tab
      element.setAttribute('aria-selected', String(chosen))
      element.tabIndex = chosen ? 0 : -1
      if (chosen) element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    }
    panel.setAttribute('aria-labelledby', `tab-${name}-${tab.id}`)
    panel.dataset.tab = tab.id
    fill(panel, h('p', { class: 'loading' }, '正在读取…'))
    const own = h('div', { class: 'content' })
    try {
      await tab.show(own, () => turn === mine)
      if (turn === mine) fill(panel, own)
    } catch (error) {
      if (turn === mine)
        fill(
          panel,
          trouble(error, () => choose(tab.id)),
        )
    }
  }

  return {
    element: h('div', { class: 'tabbed' }, strip, panel),
    open: () => choose(sessionStorage.getItem(key) ?? tabs[0].id),
  }
}
