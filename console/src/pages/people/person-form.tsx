import { Form, Input, Select } from 'antd'
import { useCall } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'

/** What is written about a person. */
export interface PersonFields {
  login: string
  name: string
  roles: string[]
  corp?: string
  staff?: string
}

/** A WeCom member as the API takes it; undefined when none is written. */
export const memberOf = ({ corp = '', staff = '' }: Pick<PersonFields, 'corp' | 'staff'>) =>
  corp.trim() === '' || staff.trim() === '' ? undefined : { corp: corp.trim(), staff: staff.trim() }

/** The fields of a person, in the form around them. `fresh`: the login can still be chosen. */
export function PersonForm({ fresh }: { fresh: boolean }) {
  const { t, both } = useWords()
  const { data } = useCall('listRoles', {})
  const roles = (data?.roles ?? []).map(({ role, title, about, canGive }) => ({
    value: role,
    label: both(title),
    title: both(about),
    disabled: !canGive,
  }))
  return (
    <>
      {fresh && (
        <Form.Item name="login" label={t('sign-in.login')} extra={t('people.login.hint')} rules={[{ required: true }]}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="name" label={t('col.name')} rules={[{ required: true }]}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item
        name="roles"
        label={t('account.roles')}
        extra={t('people.roles.about')}
        rules={[{ required: true, type: 'array', min: 1 }]}
      >
        <Select mode="multiple" options={roles} optionFilterProp="label" />
      </Form.Item>
      <Form.Item label={t('people.wecom')} extra={t('people.wecom.about')}>
        <div className="pair">
          <Form.Item name="corp" noStyle>
            <Input placeholder={t('people.corp')} aria-label={t('people.corp')} maxLength={64} />
          </Form.Item>
          <Form.Item name="staff" noStyle>
            <Input placeholder={t('people.staff')} aria-label={t('people.staff')} maxLength={64} />
          </Form.Item>
        </div>
      </Form.Item>
    </>
  )
}
