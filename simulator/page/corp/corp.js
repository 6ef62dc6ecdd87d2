import { control } from '../api.js'
import { button, h } from '../dom.js'
import { createLog } from '../log.js'
import { createPersonPhone } from './person/phone.js'
import { createStaffPhone } from './staff/phone.js'
import { createStore } from './store.js'
import { w } from './words.js'

const FOLLOWERS = 60

/**
 * The corp's page: a member's phone in WeCom, a person's phone in WeChat, and the exchanges. `shared` gives now(),
 * account() and complain(error). Resolves when the first screen can be drawn; the page then passes on happenings.
 */
export async function createCorpPage(shared) {
  let phones = []
  const store = createStore({ changed: update, complain: shared.complain, now: shared.now })
  const followers = new Map()
  const met = new Map()
  // names of customers, as they became known
  const names = new Map()
  const [{ followers: known }, { exchanges }, { calls }] = await Promise.all([
    control('GET', `/followers?account=${encodeURIComponent(shared.account().id)}&limit=${FOLLOWERS}`),
    control('GET', '/exchanges'),
    control('GET', '/calls'),
    store.load(),
  ])
  for (const follower of known) followers.set(follower.id, follower)
  if (followers.size === 0) remember(await control('POST', '/followers', { account: shared.account().id }))
  const corpId = store.state().id
  let [, staffId, personId] = linked()

  function remember(follower) {
    followers.set(follower.id, follower)
    return follower
  }

  /** Followers of the account, then customers who follow nothing. */
  function people() {
    const customers = store.customers().customers
    const byOpenid = new Map(customers.filter((one) => one.openid).map((one) => [one.openid, one.id]))
    return [
      ...[...followers.values()].map(({ id, name }) => ({
        id,
        name,
        openid: id,
        external: met.get(id) ?? byOpenid.get(id),
      })),
      ...customers
        .filter((one) => !followers.has(one.openid))
        .map((one) => ({ id: one.id, name: one.name, openid: one.openid, external: one.id })),
    ]
  }
  const person = () => {
    const all = people()
    return (personId && all.find((one) => one.id === personId || one.external === personId)) || all[0]
  }
  const chosen = () => (store.staff(staffId) ? staffId : (store.state().staff[0]?.id ?? ''))

  function write() {
    history.replaceState(null, '', `#corp/${encodeURIComponent(chosen())}/${encodeURIComponent(person().id)}`)
  }

  const page = {
    store,
    now: shared.now,
    complain: shared.complain,
    chosen,
    choose(id) {
      staffId = id
      write()
      staffPhone.changed()
      update()
    },
    people,
    person,
    choosePerson(id) {
      personId = id
      write()
      personPhone.changed()
      update()
    },
    addPerson() {
      control('POST', '/followers', { account: shared.account().id })
        .then((follower) => page.choosePerson(remember(follower).id))
        .catch(shared.complain)
    },
    /** The corp has met this person: under which external id. */
    met(external) {
      met.set(person().id, external)
    },
  }
  const staffPhone = createStaffPhone(page)
  const personPhone = createPersonPhone(page)
  phones = [staffPhone, personPhone]
  const log = createLog(nameOf, { loose: true, empty: w('logEmpty') })
  const tabs = phoneTabs(phones)
  const element = h(
    'main',
    { class: 'corp-main' },
    h('div', { class: 'shelf' }, tabs, staffPhone.element, personPhone.element),
    h('aside', { class: 'side' }, log.element),
  )
  const past = [
    ...exchanges.map((exchange) => ({
      at: exchange.at,
      account: exchange.account,
      show: () => log.exchange(exchange),
    })),
    ...calls.map((one) => ({ at: one.at, account: one.account, show: () => log.call(one) })),
  ]
  for (const one of past.toSorted((a, b) => a.at - b.at)) if (one.account === corpId) one.show()
  update()

  function nameOf(id) {
    const state = store.state()
    const name =
      state.staff.find((one) => one.id === id) ??
      state.groups.find((one) => one.id === id) ??
      store.customers().customers.find((one) => one.id === id)
    return name?.name ?? names.get(id) ?? ''
  }
  function update() {
    for (const phone of phones) phone.update()
  }

  return {
    element,
    tick: () => {
      for (const phone of phones) phone.tick()
    },
    /** The address names other phones now. */
    moved() {
      const [, staff, wanted] = linked()
      if (staff && staff !== chosen()) page.choose(staff)
      if (wanted && wanted !== person().id) page.choosePerson(wanted)
    },
    happened(happening) {
      if (happening.type === 'follower' && !followers.has(happening.follower)) {
        if (happening.account !== shared.account().id || followers.size >= FOLLOWERS) return
        remember(happening.state)
        return update()
      }
      if (happening.account !== corpId) return
      if (happening.type === 'corp') {
        if (happening.about === 'customer') names.set(happening.id, happening.view.name)
        store.happened(happening)
      }
      if (happening.type === 'exchange') log.exchange(happening.exchange)
      if (happening.type === 'call') log.call(happening.call)
    },
  }
}

/** The parts of `#corp/userid/person`. */
const linked = () => location.hash.split('/').map(decodeURIComponent)

/** On a small screen one phone is shown at a time. */
function phoneTabs(phones) {
  const names = ['staffPhone', 'personPhone']
  const made = names.map((name, at) =>
    button(w(name), () => show(at), { role: 'tab', testid: `show-${at === 0 ? 'staff' : 'person'}` }),
  )
  function show(chosen) {
    for (const [at, phone] of phones.entries()) {
      phone.element.classList.toggle('away', at !== chosen)
      made[at].setAttribute('aria-selected', String(at === chosen))
    }
  }
  show(0)
  return h('div', { class: 'phone-tabs', role: 'tablist' }, made)
}
