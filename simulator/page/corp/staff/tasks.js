import { button, h } from '../../dom.js'
import { icon } from '../../icons.js'
import { fullTime } from '../clock.js'
import { gist } from '../contents.js'
import { ask, nothing, refill, topBar } from '../parts.js'
import { w } from '../words.js'

const STATES = ['waiting', 'sent', 'stranger', 'capped']

/** 群发助手: what the corp asks her to send; nothing leaves before she presses 发送. */
export function openTasks(phone) {
  const body = h('div', { class: 'scroll' })
  phone.screens.push({
    element: h(
      'div',
      { class: 'screen', testid: 'task-list' },
      topBar({ title: w('groupSend'), back: phone.back }),
      body,
    ),
    update() {
      const tasks = phone.store.tasks(phone.id())
      refill(body, tasks.length > 0 ? tasks.map((task) => drawn(phone, task)) : nothing(w('noTasks'), 'no-tasks'))
    },
  })
}

/** What a task carries, as the preview shows it. */
export function preview(contents) {
  return h(
    'div',
    { class: 'task-preview', testid: 'task-preview' },
    contents.map((made) =>
      made.kind === 'text'
        ? h('span', {}, made.text)
        : h(
            'span',
            { class: 'attached' },
            icon(made.kind === 'image' ? 'photo' : made.kind === 'link' ? 'link' : 'mini', 16),
            gist(made),
          ),
    ),
  )
}

function drawn(phone, task) {
  const done = task.status === 2
  const state = task.cancelled ? 'cancelled' : done ? 'sent' : 'waiting'
  return h(
    'article',
    { class: 'task', testid: 'task', data: { id: task.id, state, kind: task.kind } },
    h(
      'div',
      { class: 'task-head' },
      h('b', {}, w(task.kind === 'groups' ? 'toGroups' : 'toCustomers', task.total)),
      h('span', { class: `task-state ${done || task.cancelled ? 'done' : ''}` }, w(`task_${state}`)),
    ),
    preview(task.contents),
    h('p', { class: 'task-note' }, `${w('askedByCorp')} · ${fullTime(task.createdAt)}`),
    task.reminded > 0 && h('p', { class: 'task-note remind', testid: 'task-reminded' }, w('reminded', task.reminded)),
    done && h('p', { class: 'task-note' }, `${w('sentAt')} ${fullTime(task.confirmedAt)}`),
    h(
      'ul',
      { class: 'task-targets', 'aria-label': w('targets') },
      task.targets.slice(0, 50).map((target) => row(target, done)),
    ),
    task.total > 50 && h('p', { class: 'task-note' }, w('andMore', task.total - 50)),
    !done &&
      !task.cancelled &&
      button(w('send'), () => confirm(phone, task), {
        class: 'task-go',
        testid: 'task-send',
        data: { id: task.id },
      }),
  )
}

function row(target, done) {
  const state = STATES[target.status] ?? 'waiting'
  return h(
    'li',
    { testid: 'task-target', data: { id: target.id, state: done ? state : 'waiting' } },
    h('span', {}, target.name),
    done && h('span', { class: `target-state ${state}` }, w(`target_${state}`)),
  )
}

function confirm(phone, task) {
  const boxes = new Map()
  const list =
    task.choose &&
    h(
      'div',
      { class: 'choices' },
      task.targets.map((target) => {
        const box = h('input', { type: 'checkbox', checked: true, testid: 'target-choice', data: { id: target.id } })
        boxes.set(target.id, box)
        return h('label', {}, box, target.name)
      }),
    )
  ask(phone.device.display, {
    title: w(task.kind === 'groups' ? 'sendToGroups' : 'sendToCustomers', task.total),
    body: list || w('sendNote'),
    yes: w('send'),
    testid: 'task-ask',
    run: () => {
      const targets = [...boxes].filter(([, box]) => box.checked).map(([id]) => id)
      phone.act('send', { task: task.id, ...(list && { targets }) })
    },
  })
}
