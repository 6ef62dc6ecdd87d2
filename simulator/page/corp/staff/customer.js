import { button, h } from '../../dom.js'
import { fullTime } from '../clock.js'
import { personFace } from '../faces.js'
import { ask, badge, cell, nothing, refill, topBar } from '../parts.js'
import { w } from '../words.js'
import { openCustomer } from './chats.js'
import { openGroup } from './group.js'

const WAYS = new Set([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 201, 202])

/** How she was added, in words. */
export const wayName = (way) => (WAYS.has(way) ? w(`way_${way}`) : w('way_0'))

/** Tags as words in a row. */
export function tagWords(tags, testid = 'customer-tags') {
  return h(
    'span',
    { class: 'tag-words', testid },
    tags.map((tag) => h('span', { class: 'tag-word' }, tag.name)),
  )
}

/** A customer's card: remark, tags, how and when she came, her groups; and what may be done. */
export function openCustomerCard(phone, customer) {
  const { store } = phone
  const body = h('div', { class: 'scroll' })
  const element = h(
    'div',
    { class: 'screen', testid: 'customer-card' },
    topBar({ title: w('customerCard'), back: phone.back }),
    body,
  )
  const find = () => store.relations(phone.id()).relations.find((one) => one.customer === customer)
  phone.screens.push({
    element,
    update() {
      const relation = find()
      refill(body, relation ? card(phone, relation) : nothing(w('notHerCustomer')))
    },
  })
}

function card(phone, relation) {
  const { store } = phone
  const person = store.customers().customers.find((one) => one.id === relation.customer)
  const groups = store.groups().filter((group) => person?.groups.includes(group.id))
  return [
    h(
      'div',
      { class: 'wc-profile' },
      personFace(relation.name, 58),
      h(
        'div',
        {},
        h(
          'h2',
          { testid: 'customer-name' },
          relation.remark || relation.name,
          h('span', { class: 'at-wechat' }, w('atWechat')),
        ),
        h('p', {}, `${w('nickname')}：${relation.name}`),
        relation.half && h('p', {}, badge(w('half'), 'left')),
        relation.lost && h('p', { testid: 'customer-lost' }, badge(w('lost'), 'left')),
      ),
    ),
    h(
      'div',
      { class: 'cells' },
      cell({
        label: w('remark'),
        value: relation.remark || w('none'),
        open: () => editRemark(phone, relation),
        testid: 'edit-remark',
      }),
      cell({
        label: w('description'),
        value: relation.description || w('none'),
        open: () => editRemark(phone, relation),
      }),
      cell({
        label: w('tags'),
        value: relation.tags.length > 0 ? tagWords(relation.tags) : w('noTags'),
        open: () => editTags(phone, relation),
        testid: 'edit-tags',
      }),
    ),
    h(
      'div',
      { class: 'cells' },
      cell({ label: w('source'), value: wayName(relation.way), testid: 'customer-way' }),
      cell({ label: w('state'), value: relation.state || w('none'), testid: 'customer-state' }),
      cell({ label: w('addedAt'), value: fullTime(relation.addedAt) }),
      cell({ label: 'external_userid', value: relation.customer }),
      cell({ label: 'unionid', value: person?.unionid ?? relation.unionid ?? w('none') }),
    ),
    groups.length > 0 && h('h3', { class: 'part-title' }, w('sharedGroups')),
    groups.map((group) =>
      cell({ label: `${group.name}(${group.count})`, open: () => openGroup(phone, group.id), id: group.id }),
    ),
    h(
      'div',
      { class: 'wc-actions' },
      relation.half &&
        button(w('addBack'), () => phone.act('confirm', { person: relation.customer }), { testid: 'add-back' }),
      button(w('message'), () => openCustomer(phone, relation.customer), { testid: 'message-customer' }),
      button(w('deleteCustomer'), () => remove(phone, relation), { class: 'danger', testid: 'delete-customer' }),
    ),
  ]
}

function editRemark(phone, relation) {
  const remark = h('input', { class: 'ask-field', maxlength: 20, 'aria-label': w('remark'), testid: 'remark-input' })
  const text = h('input', { class: 'ask-field', maxlength: 150, 'aria-label': w('description') })
  remark.value = relation.remark
  text.value = relation.description
  ask(phone.device.display, {
    title: w('editRemark'),
    body: [h('p', {}, w('remark')), remark, h('p', {}, w('description')), text],
    yes: w('save'),
    testid: 'remark',
    run: () => phone.act('remark', { person: relation.customer, remark: remark.value, description: text.value }),
  })
}

function editTags(phone, relation) {
  const groups = phone.store.state().tagGroups
  const has = new Set(relation.tags.map((tag) => tag.id))
  const boxes = groups.flatMap((group) => group.tags.map((tag) => ({ group, tag })))
  const chosen = new Map()
  ask(phone.device.display, {
    title: w('editTags'),
    body:
      boxes.length === 0
        ? w('noCorpTags')
        : h(
            'div',
            { class: 'choices' },
            boxes.map(({ group, tag }) => {
              const box = h('input', {
                type: 'checkbox',
                checked: has.has(tag.id),
                testid: 'tag-choice',
                data: { id: tag.id },
              })
              chosen.set(tag.id, box)
              return h('label', {}, box, `${group.name} · ${tag.name}`)
            }),
          ),
    yes: w('save'),
    testid: 'tags',
    run: () => {
      const ids = [...chosen.keys()]
      const add = ids.filter((id) => chosen.get(id).checked && !has.has(id))
      const remove = ids.filter((id) => !chosen.get(id).checked && has.has(id))
      if (add.length + remove.length > 0) phone.act('tag', { person: relation.customer, add, remove })
    },
  })
}

function remove(phone, relation) {
  ask(phone.device.display, {
    title: w('deleteAsk'),
    body: w('deleteNote'),
    yes: w('delete'),
    danger: true,
    testid: 'delete',
    run: async () => {
      await phone.act('delete', { person: relation.customer })
      phone.screens.home()
    },
  })
}
