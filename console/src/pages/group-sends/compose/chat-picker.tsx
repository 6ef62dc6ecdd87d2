import { AutoComplete, Button, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../../api/browser.js'
import type { CustomerGroup } from '../../../api/types.js'
import { useAct } from '../../../api/use-act.js'
import { given, useCall } from '../../../api/use-call.js'
import { useWords } from '../../../words/use-words.js'
import { useSettled } from '../../campaign/use-settled.js'

const PAGE = 100
/** As many as a definition takes. */
const MOST = 10_000

/** Chooses groups by a part of their names. */
export function ChatPicker(props: {
  id: string
  account: string | undefined
  value: readonly string[]
  set(chats: string[]): void
}) {
  const { id, account, value, set } = props
  const { t } = useWords()
  const [text, setText] = useState('')
  const name = useSettled(text, 300)
  const query = given({ account, name: name === '' ? undefined : name, status: 'active' as const, limit: PAGE })
  const { data } = useCall('listGroups', { query })
  const [known, setKnown] = useState<Readonly<Record<string, string>>>({})
  const found = (data?.groups ?? []).map((group) => ({ value: group.chatId, label: labelOf(group) }))
  const names = { ...known, ...Object.fromEntries(found.map((one) => [one.value, one.label])) }
  return (
    <Select
      mode="multiple"
      id={id}
      value={value.map((chat) => ({ value: chat, label: names[chat] ?? chat }))}
      labelInValue
      showSearch={{ filterOption: false, onSearch: setText }}
      options={found}
      maxTagCount={20}
      aria-label={t('send.chats')}
      onChange={(chosen: { value: string }[]) => {
        setKnown(names)
        set(chosen.map((one) => one.value))
      }}
    />
  )
}

const labelOf = ({ name, owner, count, chatId }: CustomerGroup) => `${name || chatId} · ${owner} · ${count}`

/** Adds every group of an owner. */
export function OwnerGroups({ account, add }: { account: string | undefined; add(chats: string[]): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [owner, setOwner] = useState('')
  const { data } = useCall('listGroups', { query: given({ account, status: 'active' as const, limit: 1000 }) })
  const owners = [...new Set((data?.groups ?? []).map((group) => group.owner))].toSorted()
  async function all(): Promise<void> {
    const found: string[] = []
    for (let after: string | undefined; found.length < MOST; ) {
      const query = given({ account, owner: owner.trim(), status: 'active' as const, limit: 1000, after })
      const { groups, next } = await call('listGroups', { query })
      found.push(...groups.map(({ chatId }) => chatId))
      if (next === undefined) break
      after = next
    }
    add(found)
    setOwner('')
  }
  return (
    <div className="way-line send-owner">
      <AutoComplete
        value={owner}
        options={owners.map((one) => ({ value: one }))}
        placeholder={t('send.owner')}
        aria-label={t('send.owner')}
        onChange={(text: string) => setOwner(text)}
        className="filter"
      />
      <Button loading={busy} disabled={owner.trim() === ''} onClick={() => act(all)}>
        {t('send.owner.add')}
      </Button>
    </div>
  )
}
