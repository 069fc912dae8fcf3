"""How do two ways of writing the same words become one?"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

# Traditional characters of trade words, each followed by its simplified form; Unicode folding (NFKC) leaves them be.
PAIRS = (
    "電电機机車车業业產产製制鋰锂鋼钢鐵铁鋁铝銅铜鋅锌鎂镁鈦钛鎳镍鈷钴鎢钨錳锰鉛铅錫锡銀银針针鍋锅鎖锁釘钉鏈链鑄铸"
    "鍛锻鍍镀鋸锯鑽钻鏡镜鐘钟錶表鋪铺銷销鏽锈鑿凿銑铣錐锥鉗钳鈉钠鉀钾鈣钙鉑铂鈾铀鍺锗鎵镓銦铟鉬钼鉻铬釩钒鋯锆鉭钽"
    "鈮铌矽硅體体貨货貿贸質质資资費费買买賣卖賓宾賽赛貝贝軟软輪轮輸输轉转軌轨載载輛辆軸轴輕轻較较輔辅輥辊軍军軋轧"
    "轎轿運运過过進进遠远違违連连還还邊边遞递選选適适達达鄉乡釀酿醫医釋释裡里開开關关門门閥阀間间閘闸聞闻閉闭閱阅"
    "際际陽阳陸陆階阶隊队隨随險险隱隐雙双雜杂雞鸡離离難难雲云霧雾靜静響响頁页頂顶項项順顺預预領领頭头題题類类顯显"
    "風风飛飞飯饭飲饮飼饲養养餅饼館馆饅馒馬马駕驾驗验驅驱駐驻騎骑鬆松魚鱼鮮鲜鯨鲸鳥鸟鴨鸭鵝鹅麥麦麵面黃黄點点齊齐"
    "齒齿龍龙龜龟與与並并個个亞亚來来俠侠係系倉仓偵侦備备傢家傳传傷伤優优價价億亿儀仪儲储兒儿內内兩两冊册凍冻凱凯"
    "劃划則则創创劑剂剛刚動动務务勞劳勢势區区協协單单卻却廠厂廳厅參参員员問问啟启喪丧嘗尝嚴严團团園园圖图圓圆國国"
    "圍围執执場场塊块壓压壘垒壞坏壯壮聲声處处複复夠够夢梦奧奥奪夺婦妇媽妈學学孫孙寧宁實实審审寫写寬宽寶宝對对專专"
    "將将尋寻導导屬属層层岡冈島岛嶺岭巖岩幣币師师帳帐帶带幫帮幹干廣广庫库廢废張张強强彈弹彎弯彙汇後后從从復复徑径"
    "應应戶户戲戏掃扫採采損损換换據据擔担擇择擠挤擬拟擴扩攝摄攪搅敗败敵敌數数斷断時时晝昼暫暂暈晕曆历書书會会東东"
    "條条極极構构槍枪樂乐樓楼標标樣样樹树橋桥檔档檢检檯台櫃柜權权歐欧歡欢歲岁歷历殘残殺杀毀毁氈毡氣气氫氢氬氩溫温"
    "滅灭滾滚滿满漁渔漢汉漸渐潔洁潛潜潤润濕湿濟济濾滤瀏浏瀝沥灑洒灘滩灣湾為为烏乌煙烟煉炼煩烦熱热燈灯燒烧燙烫營营"
    "爐炉爾尔牆墙狀状獎奖獨独獵猎環环現现瑪玛瓊琼畫画異异療疗發发皺皱盜盗盤盘盧卢監监礦矿碼码磚砖礎础禮礼種种稱称"
    "穀谷積积穩稳競竞筆笔節节範范築筑簡简籃篮籠笼籤签粵粤糧粮糞粪糾纠紀纪約约紅红紋纹納纳紐纽純纯紗纱紙纸級级紡纺"
    "細细終终組组結结絕绝給给絡络絲丝綁绑經经綜综綠绿維维網网緊紧線线緣缘編编緩缓練练緯纬縫缝縮缩總总績绩織织繡绣"
    "繩绳繪绘續续纖纤纜缆羅罗聯联職职聽听肅肃脈脉腦脑腫肿膠胶膚肤臉脸臨临臺台舊旧艙舱艦舰藝艺莊庄華华萬万葉叶蔥葱"
    "蓋盖蒼苍蓮莲蔣蒋蘭兰蘇苏蘋苹蘆芦蘿萝藍蓝藥药虛虚號号蝦虾蝸蜗蟲虫蠟蜡蠶蚕術术衛卫衝冲裝装補补褲裤襪袜襯衬見见"
    "規规視视覺觉覽览觀观觸触計计訂订訊讯討讨訓训記记設设許许診诊試试詢询話话詳详認认語语誤误課课調调談谈請请論论"
    "諮咨證证識识護护讀读變变讓让豎竖豐丰豬猪乾干餘余鬍胡摺折彫雕砲炮佈布佔占週周傘伞繃绷鏟铲絨绒綿绵緞缎繭茧膩腻"
    "燜焖鹼碱鹽盐鹵卤薑姜筍笋漿浆醬酱飾饰餵喂饋馈鬚须黴霉鑑鉴鑰钥鍵键錄录鋒锋鍊链鎧铠鐳镭閃闪闊阔隸隶頻频顆颗額额"
    "顏颜飄飘"
)
SIMPLIFIED = str.maketrans(dict(zip(PAIRS[::2], PAIRS[1::2], strict=True)))
SPACE = re.compile(r"\s+")
TOKEN = re.compile(r"[a-z0-9]+(?:[.+#-][a-z0-9]+)*[+#]?|[^\s]")
LATIN = re.compile(r"[a-z0-9]")


def normalised(text: str) -> str:
    """One form for full-width and half-width, traditional and simplified, upper and lower case, runs of space."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(SIMPLIFIED)
    return SPACE.sub(" ", folded).strip()


def tokens(text: str) -> list[str]:
    """Han characters one by one, Latin words (in the singular) and numbers whole; of a text already normalised."""
    return [singular(token) if token.isascii() else token for token in TOKEN.findall(text)]


def joined(parts: Sequence[str]) -> str:
    """Tokens as one word: a blank only between two Latin words."""
    return "".join(_spaced(parts))


def singular(word: str) -> str:
    """An English word without its plural ending, near enough for look-up: batteries → battery, switches → switch.

    Words of three letters are left alone: they are abbreviations (EPS, GPS) or no plurals (gas, bus).
    """
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]


def _spaced(parts: Sequence[str]) -> Iterator[str]:
    before = ""
    for part in parts:
        if LATIN.match(before[-1:]) and LATIN.match(part):
            yield " "
        yield part
        before = part
