//! The headers of executable files: for which kind of system and which processor a program is. ELF
//! (<https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html>), Mach-O
//! (<https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h>), PE
//! (<https://learn.microsoft.com/en-us/windows/win32/debug/pe-format>).

/// The number of bytes of a file that are enough.
pub const HEADER_LENGTH: u64 = 4096;

/// The form of an executable file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutableForm {
    /// Of Linux and the BSDs.
    Elf,
    /// Of macOS.
    MachO,
    /// Of Windows.
    Pe,
}

/// A processor, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processor {
    /// 32-bit x86.
    X86,
    /// x86-64, also with 32-bit pointers.
    X86_64,
    /// 32-bit ARM.
    Arm,
    /// 64-bit ARM.
    Aarch64,
    /// Another one, or any.
    Other,
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutableHeader {
    /// The form of the file.
    pub form: ExecutableForm,
    /// The processors that it is for; a file of macOS may be for several.
    pub processors: Vec<Processor>,
}

/// Reads the start of a file; `None` if it is not an executable of a known form.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<ExecutableHeader> {
    let (form, processors) = if bytes.starts_with(b"\x7fELF") {
        (ExecutableForm::Elf, vec![elf(bytes)?])
    } else if bytes.starts_with(b"MZ") {
        (ExecutableForm::Pe, vec![pe(bytes)?])
    } else {
        (ExecutableForm::MachO, mach_o(bytes)?)
    };
    Some(ExecutableHeader { form, processors })
}

/// `e_machine`, in the byte order that the identification says.
fn elf(bytes: &[u8]) -> Option<Processor> {
    let field = two(bytes, 18)?;
    let machine = match bytes.get(5)? {
        1 => u16::from_le_bytes(field),
        2 => u16::from_be_bytes(field),
        _ => return None,
    };
    Some(match machine {
        3 => Processor::X86,
        62 => Processor::X86_64,
        40 => Processor::Arm,
        183 => Processor::Aarch64,
        _ => Processor::Other,
    })
}

/// `Machine` of the COFF header, whose place the DOS header has.
fn pe(bytes: &[u8]) -> Option<Processor> {
    let start = usize::try_from(u32::from_le_bytes(four(bytes, 0x3c)?)).ok()?;
    if four(bytes, start)? != *b"PE\0\0" {
        return None;
    }
    Some(match u16::from_le_bytes(two(bytes, start.checked_add(4)?)?) {
        0x014c => Processor::X86,
        0x8664 => Processor::X86_64,
        0x01c4 => Processor::Arm,
        0xaa64 => Processor::Aarch64,
        _ => Processor::Other,
    })
}

/// `cputype` of one architecture, or of each of a universal file.
fn mach_o(bytes: &[u8]) -> Option<Vec<Processor>> {
    /// More architectures than any file has. Files of Java start in the same way as universal ones, with a version here.
    const MOST: u32 = 16;
    let entry = match four(bytes, 0)? {
        [0xcf | 0xce, 0xfa, 0xed, 0xfe] => {
            return Some(vec![mac_processor(u32::from_le_bytes(four(bytes, 4)?))]);
        }
        [0xca, 0xfe, 0xba, 0xbe] => 20,
        [0xca, 0xfe, 0xba, 0xbf] => 32,
        _ => return None,
    };
    let count = u32::from_be_bytes(four(bytes, 4)?);
    let places = (1..=MOST).contains(&count).then(|| 0..usize::try_from(count).unwrap_or(0))?;
    places.map(|place| Some(mac_processor(u32::from_be_bytes(four(bytes, 8 + entry * place)?)))).collect()
}

fn mac_processor(number: u32) -> Processor {
    match number {
        7 => Processor::X86,
        0x0100_0007 => Processor::X86_64,
        12 => Processor::Arm,
        0x0100_000c => Processor::Aarch64,
        _ => Processor::Other,
    }
}

fn two(bytes: &[u8], at: usize) -> Option<[u8; 2]> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok()
}

fn four(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf_of(order: u8, machine: [u8; 2]) -> Vec<u8> {
        [b"\x7fELF\x02".as_slice(), &[order, 1], &[0; 9], &[2, 0], &machine, &[0; 40]].concat()
    }

    fn pe_of(machine: u16) -> Vec<u8> {
        let mut bytes = vec![0; 0x80];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x80;
        [bytes, b"PE\0\0".to_vec(), machine.to_le_bytes().to_vec()].concat()
    }

    #[test]
    fn headers_of_each_form_are_read() {
        let universal =
            [b"\xca\xfe\xba\xbe\0\0\0\x02".as_slice(), b"\x01\0\0\x07", &[0; 16], b"\x01\0\0\x0c", &[0; 16]]
                .concat();
        let cases = [
            (elf_of(1, [62, 0]), ExecutableForm::Elf, vec![Processor::X86_64]),
            (elf_of(1, [183, 0]), ExecutableForm::Elf, vec![Processor::Aarch64]),
            (elf_of(2, [0, 22]), ExecutableForm::Elf, vec![Processor::Other]),
            (pe_of(0x8664), ExecutableForm::Pe, vec![Processor::X86_64]),
            (pe_of(0xaa64), ExecutableForm::Pe, vec![Processor::Aarch64]),
            (b"\xcf\xfa\xed\xfe\x0c\0\0\x01".to_vec(), ExecutableForm::MachO, vec![Processor::Aarch64]),
            (universal, ExecutableForm::MachO, vec![Processor::X86_64, Processor::Aarch64]),
        ];
        for (bytes, form, processors) in cases {
            assert_eq!(read(&bytes), Some(ExecutableHeader { form, processors }), "{bytes:x?}");
        }
    }

    #[test]
    fn other_files_have_no_header() {
        let java = b"\xca\xfe\xba\xbe\0\0\0\x34\0\0\0\0";
        for bytes in [b"".as_slice(), b"#!/bin/sh\n", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe\0\0\0\x02", java]
        {
            assert_eq!(read(bytes), None, "{bytes:x?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(start in 0..5usize, bytes: Vec<u8>) {
            let starts: [&[u8]; 5] = [b"", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"];
            let header = read(&[starts[start], &bytes].concat());
            proptest::prop_assert!(header.is_none_or(|header| !header.processors.is_empty()));
        }
    }
}
