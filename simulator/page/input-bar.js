import { button, h } from './dom.js'
import { icon } from './icons.js'
import { t } from './words.js'

/**
 * The bar to write in, with the panel behind the plus. `actions`: say(text), image(file), voice(), video(), place(),
 * link(), scan(), and toMenu when the account has a menu.
 */
export function inputBar(actions) {
  const field = h('input', {
    type: 'text',
    class: 'field',
    'aria-label': t('input'),
    testid: 'input',
    autocomplete: 'off',
    enterkeyhint: 'send',
    maxlength: 2000,
  })
  const send = button(t('send'), () => submit(), { class: 'send', testid: 'send', hidden: true })
  const panel = plusPanel(actions, () => togglePanel(false))
  const plus = button(icon('plus', 28), () => togglePanel(panel.hidden), {
    class: 'tool',
    'aria-label': t('more'),
    'aria-expanded': 'false',
    testid: 'plus',
  })
  function togglePanel(open) {
    panel.hidden = !open
    plus.setAttribute('aria-expanded', String(open))
  }
  function show() {
    const some = field.value.trim() !== ''
    send.hidden = !some
    plus.hidden = some
  }
  function submit() {
    const text = field.value
    if (text.trim() === '') return
    field.value = ''
    show()
    actions.say(text)
    field.focus()
  }
  field.addEventListener('input', show)
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) submit()
  })
  const toggle =
    actions.toMenu &&
    button(icon('list', 24), actions.toMenu, { class: 'toggle', 'aria-label': t('menuMode'), testid: 'to-menu' })
  const voice = button(icon('voice', 28), actions.voice, { class: 'tool', 'aria-label': t('voice'), testid: 'voice' })
  const smile = button(icon('smile', 28), () => insert(field, '😊', show), { class: 'tool', 'aria-label': '😊' })
  return h('div', { class: 'input' }, h('div', { class: 'input-bar' }, toggle, voice, field, smile, plus, send), panel)
}

function insert(field, text, then) {
  field.value += text
  field.focus()
  then()
}

function plusPanel(actions, close) {
  const file = h('input', {
    type: 'file',
    accept: 'image/png,image/jpeg,image/gif',
    hidden: true,
    testid: 'image-file',
  })
  file.addEventListener('change', () => {
    const [chosen] = file.files
    if (chosen) actions.image(chosen)
    file.value = ''
    close()
  })
  const tile = (name, key, run) =>
    button([h('span', { class: 'tile' }, icon(name, 28)), t(key)], run, { class: 'tile-button', testid: `send-${key}` })
  const closing = (run) => () => {
    close()
    run()
  }
  return h(
    'div',
    { class: 'panel', hidden: true },
    file,
    tile('photo', 'photo', () => file.click()),
    tile('video', 'video', closing(actions.video)),
    tile('voice', 'voice', closing(actions.voice)),
    tile('place', 'place', closing(actions.place)),
    tile('scan', 'scan', closing(actions.scan)),
    tile('link', 'link', closing(actions.link)),
  )
}
