/** Rows of an invented corporation in the platform's own form; for fakes and the simulator alike. */

/** A customer of two members, as `externalcontact/get` tells it. */
export const customerRow = {
  external_contact: {
    external_userid: 'wmDEMO01',
    name: '小雨',
    avatar: 'https://wx.qlogo.example/1',
    type: 1,
    gender: 2,
    unionid: 'oUNI1',
  },
  follow_user: [
    {
      userid: 'lihua',
      remark: '小雨-宝妈',
      description: '3岁',
      createtime: 1_760_000_000,
      tags: [
        { group_name: '来源', tag_name: '双11', tag_id: 'etT1', type: 1 },
        { group_name: '我的', tag_name: '老客', type: 2 },
      ],
      remark_mobiles: ['13800000000'],
      add_way: 1,
      oper_userid: 'wmDEMO01',
      state: 'ch_2025d11_a',
    },
  ],
}

/** The same customer as `batch/get_by_user` tells it. */
export const batchRow = {
  external_contact: customerRow.external_contact,
  follow_info: {
    userid: 'lihua',
    remark: '小雨-宝妈',
    description: '3岁',
    createtime: 1_760_000_000,
    tag_id: ['etT1'],
    remark_mobiles: [],
    add_way: 3,
    state: 'ch_2025d11_a',
  },
}

/** A group of a member and a customer who came by a join way. */
export const groupRow = {
  chat_id: 'wrDEMO1',
  name: '母婴福利1群',
  owner: 'lihua',
  create_time: 1_759_000_000,
  notice: '禁止广告',
  member_list: [
    {
      userid: 'lihua',
      type: 1,
      join_time: 1_759_000_000,
      join_scene: 1,
      invitor: { userid: 'lihua' },
      group_nickname: '客服小李',
      name: '李华',
    },
    {
      userid: 'wmDEMO01',
      type: 2,
      unionid: 'oUNI1',
      join_time: 1_759_000_300,
      join_scene: 3,
      state: 'grp_order_card',
      group_nickname: '',
      name: '小雨',
    },
  ],
  admin_list: [{ userid: 'wangfang' }],
  member_version: '71217227bbd1',
}

/** A group of tags. */
export const tagGroupRow = {
  group_id: 'etG1',
  group_name: '来源',
  create_time: 1_759_000_000,
  order: 1,
  deleted: false,
  tag: [{ id: 'etT1', name: '双11', create_time: 1_759_000_000, order: 10, deleted: false }],
}

/** A text and an entry of a customer at the desk. */
export const deskRows = [
  {
    msgid: 'M1',
    open_kfid: 'wkDEMO',
    external_userid: 'wmDEMO01',
    send_time: 1_760_000_000,
    origin: 3,
    msgtype: 'text',
    text: { content: '查物流', menu_id: 'logi' },
  },
  {
    msgid: 'M2',
    send_time: 1_760_000_001,
    origin: 4,
    msgtype: 'event',
    event: {
      event_type: 'enter_session',
      open_kfid: 'wkDEMO',
      external_userid: 'wmDEMO01',
      scene: 'oa_menu',
      scene_param: 'order=1',
      welcome_code: 'WC1',
    },
  },
  {
    msgid: 'M3',
    send_time: 1_760_000_002,
    origin: 4,
    msgtype: 'event',
    event: {
      event_type: 'msg_send_fail',
      open_kfid: 'wkDEMO',
      external_userid: 'wmDEMO01',
      fail_msgid: 'm-1',
      fail_type: 6,
    },
  },
]
