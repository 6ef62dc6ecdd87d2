import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Badge, Button, Card, Checkbox, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { DeskMember } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { useMay } from '../../session/use-session.js'
import { useWords } from '../../words/use-words.js'
import { DAYS, type StaffLine, week } from './definition.js'
import type { Edits } from './hours.js'

/** Who serves: shifts, skills, how many at once, and whether they are there now. */
export function StaffPart({ value, change, fixed }: Edits) {
  const { t } = useWords()
  const { data, again } = useCall('listDeskStaff', {}, { everyMs: 15_000 })
  const { staff, shifts, skills = [] } = value
  const set = (at: number, next: Partial<StaffLine>) =>
    change({ staff: staff.map((one, index) => (index === at ? { ...one, ...next } : one)) })
  const choices = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }))
  const add = (line: { userid: string; name: string }) =>
    change({ staff: [...staff, { ...line, shifts: Object.keys(shifts).slice(0, 1) }] })
  return (
    <div className="stack">
      <p className="quiet">{t('service.staff.about')}</p>
      {staff.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name of a line is edited in it
        <Card key={at} size="small" data-testid="staff-line">
          <div className="set-line">
            <Input
              value={one.name}
              disabled={fixed}
              maxLength={20}
              aria-label={t('service.staff.name')}
              onChange={({ target }) => set(at, { name: target.value })}
            />
            <Input
              value={one.userid}
              disabled={fixed}
              maxLength={64}
              aria-label={t('service.staff.userid')}
              prefix={<span className="quiet">ID</span>}
              onChange={({ target }) => set(at, { userid: target.value })}
            />
            <Select
              mode="multiple"
              className="grow"
              value={one.shifts}
              disabled={fixed}
              options={choices(Object.keys(shifts))}
              placeholder={t('service.shifts')}
              aria-label={t('service.shifts')}
              onChange={(next: string[]) => set(at, { shifts: next })}
            />
            <Select
              mode="multiple"
              className="grow"
              value={one.skills ?? []}
              disabled={fixed}
              options={choices(skills.map(({ name }) => name))}
              placeholder={t('service.skills')}
              aria-label={t('service.skills')}
              onChange={(next: string[]) => set(at, { skills: next })}
            />
            <InputNumber
              min={1}
              max={50}
              value={one.capacity ?? 5}
              disabled={fixed}
              prefix={t('service.capacity')}
              aria-label={t('service.capacity')}
              onChange={(next) => set(at, { capacity: next ?? 5 })}
            />
            <Checkbox
              checked={one.supervisor ?? false}
              disabled={fixed}
              onChange={({ target }) => set(at, { supervisor: target.checked })}
            >
              {t('service.supervisor')}
            </Checkbox>
            <Online member={data?.staff.find(({ userid }) => userid === one.userid)} again={again} />
            {!fixed && staff.length > 1 && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('service.remove')}
                onClick={() => change({ staff: staff.filter((_, index) => index !== at) })}
              />
            )}
          </div>
        </Card>
      ))}
      {!fixed && <AddStaff known={staff.map(({ userid }) => userid)} add={add} />}
      <h3>{t('service.rota')}</h3>
      <div className="rota-box">
        <table className="rota">
          <thead>
            <tr>
              <th scope="col">{t('service.staff.name')}</th>
              {DAYS.map((day) => (
                <th key={day} scope="col">
                  {day}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {staff.map((one) => (
              <tr key={one.userid}>
                <th scope="row">{one.name}</th>
                {week(value, one.shifts).map((hours, day) => (
                  <td key={DAYS[day]} className={hours.length > 0 ? 'works' : ''}>
                    {hours.map((hour) => (
                      <div key={hour}>{hour}</div>
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** Whether somebody is there, and the switch for those who rule. */
function Online({ member, again }: { member: DeskMember | undefined; again(): void }) {
  const { t } = useWords()
  const may = useMay()('admin')
  const { act, busy } = useAct()
  if (!member) return null
  return (
    <span className="presence">
      <Badge status={member.online ? 'success' : 'default'} text={`${member.load}/${member.capacity}`} />
      <Select<DeskMember['presence']>
        size="small"
        value={member.presence}
        disabled={!may}
        loading={busy}
        aria-label={t('service.presence')}
        onChange={(presence) =>
          void act(async () => {
            await call('setDeskPresence', { params: { userid: member.userid }, body: { presence } })
            again()
          })
        }
        options={[
          { value: 'auto', label: t('service.presence.auto') },
          { value: 'online', label: t('service.presence.online') },
          { value: 'offline', label: t('service.presence.offline') },
        ]}
      />
    </span>
  )
}

/** Adds a person of the console under the name the desk knows them by, or a member of the corporation by userid. */
function AddStaff({ known, add }: { known: readonly string[]; add(line: { userid: string; name: string }): void }) {
  const { t } = useWords()
  const may = useMay()('people:read')
  const [userid, setUserid] = useState('')
  const { data } = useCall('listPeople', may ? { query: { limit: 200 } } : undefined)
  const people = (data?.people ?? [])
    .filter(({ roles }) => roles.some((role) => ['owner', 'admin', 'service'].includes(role)))
    .map(({ id, name, login, wecom }) => ({
      value: wecom?.staff ?? `console.${id}`,
      label: `${name}（${login}）`,
      name,
    }))
    .filter(({ value }) => !known.includes(value))
  return (
    <div className="set-line">
      {may && (
        <Select
          className="grow"
          value={null}
          showSearch={{ optionFilterProp: 'label' }}
          options={people}
          placeholder={t('service.staff.person')}
          aria-label={t('service.staff.person')}
          data-testid="add-person"
          onChange={(_, option) => {
            if (option && !Array.isArray(option)) add({ userid: option.value, name: option.name })
          }}
        />
      )}
      <Input
        value={userid}
        maxLength={64}
        placeholder={t('service.staff.member')}
        aria-label={t('service.staff.member')}
        onChange={({ target }) => setUserid(target.value)}
      />
      <Button
        icon={<PlusOutlined />}
        disabled={userid.trim() === '' || known.includes(userid.trim())}
        onClick={() => {
          add({ userid: userid.trim(), name: userid.trim() })
          setUserid('')
        }}
      >
        {t('service.staff.add')}
      </Button>
    </div>
  )
}
