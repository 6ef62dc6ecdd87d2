import { button, h } from '../../dom.js'
import { groupFace, personFace } from '../faces.js'
import { sign } from '../icons.js'
import { badge, cell, listRow, nothing, refill, topBar } from '../parts.js'
import { w } from '../words.js'
import { openCustomerCard, tagWords, wayName } from './customer.js'
import { openGroup } from './group.js'
import { groupsOf } from './messages.js'

/** 通讯录: customers, customer groups, people who ask to be added, colleagues. */
export function contacts(phone) {
  const { store } = phone
  const state = store.state()
  const her = phone.id()
  const requests = store.requests(her)
  return [
    h(
      'div',
      { class: 'cells' },
      cell({
        mark: h('span', { class: 'square-icon small blue' }, sign('people', 20)),
        label: w('myCustomers'),
        value: String(store.relations(her).total),
        open: () => openCustomers(phone),
        testid: 'open-customers',
      }),
      cell({
        mark: h('span', { class: 'square-icon small green' }, sign('group', 20)),
        label: w('customerGroups'),
        value: String(groupsOf(phone).length),
        open: () => openGroups(phone),
        testid: 'open-groups',
      }),
    ),
    requests.length > 0 && [
      h('h3', { class: 'part-title' }, w('newCustomers')),
      requests.map((request) =>
        h(
          'div',
          { class: 'cell', testid: 'friend-request', data: { id: request.customer } },
          personFace(request.name, 36),
          h('span', { class: 'cell-label' }, request.name),
          h('span', { class: 'cell-value' }, request.state ?? ''),
          button(w('accept'), () => phone.act('confirm', { person: request.customer }), {
            class: 'text-link',
            testid: 'accept-request',
          }),
        ),
      ),
    ],
    state.departments
      .map((department) => [department, state.staff.filter((one) => one.departments.includes(department.id))])
      .filter(([, staff]) => staff.length > 0)
      .map(([department, staff]) => [
        h('h3', { class: 'part-title' }, department.name),
        staff.map((one) =>
          cell({
            mark: personFace(one.name, 34),
            label: one.name,
            value: one.left ? w('left') : one.id === her ? w('myself') : '',
          }),
        ),
      ]),
  ]
}

function listScreen(phone, { title, testid, rows, why }) {
  const body = h('div', { class: 'scroll' })
  phone.screens.push({
    element: h('div', { class: 'screen', testid }, topBar({ title, back: phone.back }), body),
    update: () => {
      const made = rows()
      refill(body, made.length > 0 ? h('div', { class: 'white' }, made) : nothing(why))
    },
  })
}

/** 我的客户: each with remark, tags and how she came. */
export function openCustomers(phone) {
  const { store } = phone
  listScreen(phone, {
    title: w('myCustomers'),
    testid: 'customer-list',
    why: w('noCustomers'),
    rows: () =>
      store.relations(phone.id()).relations.map((relation) =>
        listRow({
          avatar: personFace(relation.name),
          name: [
            relation.remark || relation.name,
            h('span', { class: 'at-wechat' }, w('atWechat')),
            relation.half && badge(w('half')),
            relation.lost && badge(w('lost'), 'left'),
          ],
          words:
            relation.tags.length > 0
              ? tagWords(relation.tags)
              : `${wayName(relation.way)}${relation.state ? ` · ${relation.state}` : ''}`,
          open: () => openCustomerCard(phone, relation.customer),
          testid: 'customer-row',
          id: relation.customer,
        }),
      ),
  })
}

/** 客户群: the groups she owns, manages or is in. */
export function openGroups(phone) {
  const { store } = phone
  listScreen(phone, {
    title: w('customerGroups'),
    testid: 'group-list',
    why: w('noGroups'),
    rows: () =>
      groupsOf(phone).map((group) =>
        listRow({
          avatar: groupFace((store.group(group.id)?.members ?? []).map((member) => member.name)),
          name: [
            `${group.name}(${group.count})`,
            group.owner === phone.id() ? badge(w('owner'), 'owner-mark') : badge(w('outside'), 'outside'),
          ],
          words: `${w('owner')}：${group.ownerName}`,
          open: () => openGroup(phone, group.id),
          testid: 'group-row',
          id: group.id,
        }),
      ),
  })
}
