import asyncio

async def async_log_generator():
    logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login"
    ]
    for log in logs:
        await asyncio.sleep(1)  # Асинхронная задержка (симуляция обработки)
        yield log

async def process_logs_async():
    async for log in async_log_generator():
        print(f"Обработка: {log}")

# Запуск асинхронной обработки
asyncio.run(process_logs_async())
