"""What the made-up enterprises make: sector, branch, class, product in English and in Chinese."""

from typing import NamedTuple


class Trade(NamedTuple):
    """A trade: the class of its enterprises and the product that they make."""

    sector: str
    branch: str
    name: str
    english: str
    chinese: str

    @property
    def slug(self) -> str:
        """The local name of the product."""
        return "b-" + self.english.replace(" ", "-")


_TABLE = """
Machinery    Hydraulics    PumpMaker          water pump            水泵
Machinery    Hydraulics    ValveMaker         control valve         控制阀
Machinery    Hydraulics    SealMaker          shaft seal            轴封
Machinery    Drives        BearingMaker       roller bearing        滚动轴承
Machinery    Drives        GearMaker          bevel gear            锥齿轮
Machinery    Drives        CouplingMaker      shaft coupling        联轴器
Machinery    Tools         LatheMaker         turning lathe         车床
Machinery    Tools         DrillMaker         bench drill           台钻
Electronics  Boards        CircuitMaker       circuit board         电路板
Electronics  Boards        ConnectorMaker     plug connector        连接器
Electronics  Sensing       SensorMaker        pressure sensor       压力传感器
Electronics  Sensing       CameraMaker        machine camera        工业相机
Electronics  Control       ControllerMaker    motion controller     运动控制器
Electronics  Control       InverterMaker      frequency inverter    变频器
Materials    Metals        CastingMaker       iron casting          铸铁件
Materials    Metals        ForgingMaker       steel forging         锻钢件
Materials    Metals        WireMaker          copper wire           铜线
Materials    Polymers      RubberMaker        rubber hose           橡胶软管
Materials    Polymers      FilmMaker          polymer film          高分子薄膜
Transport    Road          AxleMaker          drive axle            驱动桥
Transport    Road          BrakeMaker         disc brake            盘式制动器
Transport    Road          CabinMaker         truck cabin           卡车驾驶室
Transport    Rail          BogieMaker         rail bogie            转向架
Transport    Rail          SignalMaker        rail signal           铁路信号机
Energy       Generation    TurbineMaker       small turbine         小型汽轮机
Energy       Generation    GeneratorMaker     field generator       移动发电机
Energy       Storage       BatteryMaker       traction battery      动力电池
Energy       Storage       ChargerMaker       charging pile         充电桩
Services     Testing       TestingLaboratory  material testing      材料检测
Services     Testing       CalibrationHouse   gauge calibration     量具校准
"""


def _trade(line: str) -> Trade:
    sector, branch, name, *english, chinese = line.split()
    return Trade(sector, branch, name, " ".join(english), chinese)


TRADES = tuple(map(_trade, _TABLE.strip().splitlines()))
GRADES = (("precision", "精密"), ("heavy", "重型"), ("compact", "小型"))
