import { button, h } from './dom.js'
import { icon } from './icons.js'
import { t } from './words.js'

/** The account's page: what she sees before following, and behind the three dots later. */
export function profile(account, follower, actions) {
  const kind = `${t(account.kind)} · ${t(account.verified ? 'verified' : 'unverified')}`
  const top = h(
    'div',
    { class: 'bar' },
    follower.following
      ? button(icon('back', 22), actions.chat, { class: 'tool', 'aria-label': t('back'), testid: 'profile-back' })
      : h('span', { class: 'tool' }),
    h('div', { class: 'bar-title' }, ''),
    h('span', { class: 'tool' }),
  )
  const head = h(
    'div',
    { class: 'profile-head' },
    h('div', { class: 'logo', 'aria-hidden': 'true' }, glyph(account.name)),
    h('h2', {}, account.name),
    h('p', { class: 'badge' }, icon('shield', 15), kind),
    h('p', { class: 'intro' }, t('intro')),
    follower.following
      ? h(
          'div',
          { class: 'profile-buttons' },
          button(t('message'), actions.chat, { class: 'primary', testid: 'open-chat' }),
          button(t('unfollow'), actions.unfollow, { class: 'plain danger', testid: 'unfollow' }),
        )
      : h(
          'div',
          { class: 'profile-buttons' },
          button(t('follow'), actions.follow, { class: 'primary', testid: 'follow' }),
          button([icon('scan', 17), t('followByCode')], actions.scan, { class: 'plain', testid: 'follow-by-code' }),
        ),
  )
  const facts = h(
    'dl',
    { class: 'facts' },
    fact(t('originalId'), account.originalId),
    fact('AppID', account.appid),
    fact(t('mode'), t(`mode_${account.mode}`)),
    fact(t('callback'), account.callbackUrl),
  )
  return h('div', { class: 'screen profile', testid: 'profile' }, top, h('div', { class: 'scroll' }, head, facts))
}

function fact(name, value) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value))
}

/** First character of a name, for a drawn picture. */
export function glyph(name) {
  return [...name][0] ?? '微'
}
