import { button, h } from '../../dom.js'
import { fullTime } from '../clock.js'
import { ask, nothing, refill, topBar } from '../parts.js'
import { w } from '../words.js'
import { preview } from './tasks.js'

/** 客户朋友圈: what the corp asks her to publish to her customers. */
export function openMoments(phone) {
  const body = h('div', { class: 'scroll' })
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen', testid: 'moment-list' },
      topBar({ title: w('moments'), back: phone.back }),
      body,
    ),
    update() {
      const moments = phone.store.moments(phone.id())
      refill(body, moments.length > 0 ? moments.map((one) => drawn(phone, one)) : nothing(w('noMoments'), 'no-moments'))
    },
  })
}

function drawn(phone, moment) {
  const state = moment.cancelled ? 'cancelled' : moment.published ? 'published' : 'waiting'
  return h(
    'article',
    { class: 'task', testid: 'moment', data: { id: moment.id, state } },
    h(
      'div',
      { class: 'task-head' },
      h('b', {}, w('momentFor', moment.customers)),
      h('span', { class: `task-state ${state === 'waiting' ? '' : 'done'}` }, w(`moment_${state}`)),
    ),
    preview(moment.contents),
    h('p', { class: 'task-note' }, `${w('askedByCorp')} · ${fullTime(moment.createdAt)}`),
    state === 'waiting' &&
      button(
        w('publish'),
        () =>
          ask(phone.device.display, {
            title: w('publishAsk'),
            body: w('publishNote', moment.customers),
            yes: w('publish'),
            testid: 'moment-ask',
            run: () => phone.act('publish', { moment: moment.id }),
          }),
        { class: 'task-go', testid: 'moment-publish', data: { id: moment.id } },
      ),
  )
}
