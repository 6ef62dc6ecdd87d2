import { post } from './api.js'
import { button, fill, h } from './dom.js'
import { newKey, tell } from './say.js'
import { attempt } from './trouble.js'

/** Writes a canned reply, a new one or `own`, into `place`; `saved` is called when it is stored. */
export function cannedForm(place, own, saved) {
  const key = newKey()
  const field = (label, value, most, testid) => {
    const input = h('input', { maxlength: most, placeholder: label, 'aria-label': label, testid })
    input.value = value
    return input
  }
  const title = field('标题，例如 退货地址', own?.title ?? '', 60, 'canned-title')
  const group = field('分组，例如 售后', own?.group ?? '', 40, 'canned-group')
  const text = h('textarea', {
    rows: 4,
    maxlength: 2000,
    'aria-label': '内容',
    placeholder: '内容',
    testid: 'canned-text',
  })
  text.value = own?.text ?? ''
  const close = () => fill(place)
  const save = () =>
    attempt(async () => {
      const empty = [title, group, text].find((input) => input.value.trim() === '')
      if (empty) return empty.focus()
      await post('/canned', {
        ...(own && { slug: own.slug }),
        version: own?.version ?? 0,
        group: group.value.trim(),
        title: title.value.trim(),
        text: text.value.trim(),
        key,
      })
      tell(own ? '话术已改好' : '话术已存下，同事也能用')
      close()
      return saved()
    })
  fill(
    place,
    title,
    group,
    text,
    h(
      'p',
      { class: 'small soft' },
      '可以写 {name} 称呼、{order} 订单号、{tracking} 运单号、{staff} 客服名字，发送时自动填好。',
    ),
    h(
      'div',
      { class: 'acts' },
      button('保存', save, { class: 'primary', testid: 'canned-save' }),
      button('取消', close),
    ),
  )
  title.focus()
}
