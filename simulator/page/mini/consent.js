import { button, h } from '../dom.js'
import { t } from '../words.js'

/** The popup of wx.requestSubscribeMessage: at most 3 templates, each to tick; `answer` gets {template: accepted}. */
export function consentPopup(appName, templates, answer) {
  const boxes = templates.map(({ id, title }) => {
    const box = h('input', { type: 'checkbox', checked: true, value: id, testid: `consent-${id}` })
    return { box, row: h('label', { class: 'consent-row' }, box, h('span', {}, title)) }
  })
  const answers = (allowed) => Object.fromEntries(boxes.map(({ box }) => [box.value, allowed && box.checked]))
  return h(
    'div',
    { class: 'veil' },
    h(
      'div',
      { class: 'consent', role: 'dialog', 'aria-label': t('consentTitle'), testid: 'consent' },
      h(
        'div',
        { class: 'consent-head' },
        h('span', { class: 'consent-logo', 'aria-hidden': 'true' }, [...appName][0]),
        appName,
        h('small', {}, t('consentAsks')),
      ),
      h('h3', {}, t('consentTitle')),
      boxes.map(({ row }) => row),
      h('p', {}, t('consentOnce')),
      h(
        'div',
        { class: 'consent-buttons' },
        button(t('refuse'), () => answer(answers(false)), { class: 'consent-no', testid: 'consent-no' }),
        button(t('allow'), () => answer(answers(true)), { class: 'consent-yes', testid: 'consent-yes' }),
      ),
    ),
  )
}
