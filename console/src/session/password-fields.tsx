import { Form, Input } from 'antd'
import { useCall } from '../api/use-call.js'
import { useWords } from '../words/use-words.js'

/** A new password, twice; the rules are the server's. */
export function PasswordFields() {
  const { t } = useWords()
  const { data } = useCall('signInWays', {})
  const { min, max } = data?.passwordRules ?? { min: 12, max: 128 }
  return (
    <>
      <Form.Item
        name="password"
        label={t('password.new')}
        extra={t('password.rules', { min })}
        rules={[{ required: true, min, max, message: t('password.length', { min, max }) }]}
      >
        <Input.Password size="large" autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="repeated"
        label={t('password.repeat')}
        dependencies={['password']}
        rules={[
          { required: true, message: t('form.required') },
          ({ getFieldValue }) => ({
            validator: (_, value: unknown) =>
              value === undefined || value === getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.differs'))),
          }),
        ]}
      >
        <Input.Password size="large" autoComplete="new-password" />
      </Form.Item>
    </>
  )
}
